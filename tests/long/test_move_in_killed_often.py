"""``kill -9`` at 50 random moments of a load: row for row what the undisturbed load left, numbers and gaiji too."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.killing import Series, assert_kills_leave_no_trace

from machikumo.site.environment import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

KILLS = int(os.environ.get("MACHIKUMO_KILLS", "50"))
SEED = int(os.environ.get("MACHIKUMO_KILL_SEED", "20261125"))
RESULT = REPOSITORY / "var" / "bench" / "move_in_killed_often.json"


@pytest.mark.long
@pytest.mark.usefixtures("quiet_queue")
def test_fifty_kills_at_random_moments_leave_what_the_undisturbed_load_leaves(
    database: str, make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope], tmp_path: Path
) -> None:
    series = Series(SEED, KILLS)
    told = assert_kills_leave_no_trace(database, lambda: scope_of(make_organisation()), tmp_path, series)
    assert told["kills"] >= KILLS
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"at": datetime.now(UTC).isoformat()} | told, indent=1)
    RESULT.write_text(f"{text}\n", encoding="utf-8")
