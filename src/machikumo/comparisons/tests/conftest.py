"""A town that moved in from a vendor's file without faults, and the file itself: the old system's list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from machikumo.comparisons import actions
from machikumo.cutover.tests.making import exported, moved_in

if TYPE_CHECKING:
    from machikumo.comparisons.models import Comparison
    from machikumo.kernel.scope import Scope

TODAY = date(2026, 4, 1)


@pytest.fixture(scope="session")
def old_list(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return exported(tmp_path_factory.mktemp("old"), people=160, defects=0.0, seed=77)


@pytest.fixture
def officer(scope: Scope, old_list: bytes) -> Scope:
    moved_in(scope, old_list)
    return scope


@pytest.fixture
def sample(officer: Scope) -> Comparison:
    return actions.draw_sample(officer, name="照合", seed="令和8年", size=30, today=TODAY)
