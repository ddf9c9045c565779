"""A move-in that checks its file with a helper keeps the same findings as one that checks it alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions, crews
from machikumo.layouts.domain.errors import HelperLost
from machikumo.layouts.models import MoveInState
from machikumo.layouts.moving import Found, Mover
from machikumo.layouts.queries.move_ins import issues_of, move_in_of
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

MAPPING = "kasumi-to-standard"


class Quiet:
    """A run that nobody watches."""

    token = "job:quiet"

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:
        """Tell nobody."""

    def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:
        """Tell nobody."""


@pytest.fixture(scope="module")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    export = make_export(
        Order("182079", 150, 7, date(2026, 4, 1), Vendor.KASUMI, 0.05), tmp_path_factory.mktemp("town")
    )
    return export.file.read_bytes()


def mover_of(scope: Scope, data: bytes) -> Mover:
    one = actions.receive(scope, name="town.csv", chunks=[data], mapping_key=MAPPING)
    quiet: Any = Quiet()
    return Mover(scope, quiet, one.pk, block_size=9_000)


def kept(mover: Mover) -> list[tuple[Any, ...]]:
    with entered(mover.scope):
        return [(issue.rule, issue.row, issue.item, issue.value) for issue in issues_of(mover.scope, mover.one)]


def facts(found: Found) -> tuple[Any, ...]:
    return found.rows, found.counts, found.examples, found.held, found.kept


def test_the_check_with_a_helper_finds_and_keeps_the_same(
    scope: Scope, town_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = mover_of(scope, town_file)
    expected = alone.check()
    started: list[int] = []
    monkeypatch.setattr(crews, "processes_for", lambda size: (started.append(size), 2)[1])
    together = mover_of(scope, town_file)
    found = together.check()
    assert len(started) == 1
    assert started[0] >= len(town_file)  # it lies closed on the disk, a little longer
    assert facts(found) == facts(expected)
    assert expected.counts
    assert kept(together) == kept(alone)


def test_a_check_whose_helper_is_killed_says_so_and_can_be_done_again(
    scope: Scope, town_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    mover = mover_of(scope, town_file)
    with monkeypatch.context() as patched:
        patched.setattr(crews, "processes_for", lambda _size: 2)
        start = crews.Helper.__init__

        def start_and_kill(helper: crews.Helper, *given: Any) -> None:
            start(helper, *given)
            helper.process.kill()
            helper.process.join()

        patched.setattr(crews.Helper, "__init__", start_and_kill)
        with pytest.raises(HelperLost, match="シグナル 9"):
            mover.check()
    with entered(scope):
        assert move_in_of(scope, mover.one.pk).state == MoveInState.CHECKING
    assert not kept(mover)
    mover.check()
    assert kept(mover)
