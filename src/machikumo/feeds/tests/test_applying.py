"""Files are applied in their turn, each once; what does not fit the register is listed and left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.feeds.tests import scenes

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.kernel.scope import Scope


def test_days_in_their_order_bring_every_row_once(scope: Scope, tmp_path: Path) -> None:
    before = scenes.move_in(scope, tmp_path)
    feed = scenes.feed_in(scope)
    done = scenes.come(scope, feed, *scenes.files_of_days(6))
    assert [file.state for file in done] == ["applied"] * 6
    truth = scenes.rows_of_days(6)
    assert sum(file.applied for file in done) == len(truth)
    assert sum(file.left_out for file in done) == 0
    found = scenes.versions(scope)
    assert len(found) == before + len(truth)
    keys = {(row["addressee_number"], int(row["history_number"]), int(row["history_branch"])) for row in truth}
    assert {(one[0], one[1], one[2]) for one in scenes.events(scope)} == keys
