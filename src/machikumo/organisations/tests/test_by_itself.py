"""What happens to personnel changes without anybody asking: the worker hands open work over on the day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from machikumo.kernel.jobs import periodic
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.registries import tasks
from machikumo.organisations.actions import transfers
from machikumo.organisations.domain.transfers import is_hand_over_due

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

KEY = "organisations.hand_over_due"
HEADER = "職員番号,氏名,カナ,異動区分,所属コード,役割,発令日,終了日,相手の職員番号,備考"
EVENING = dt.datetime(2026, 3, 31, 14, 50, tzinfo=dt.UTC)  # 23:50 in Japan
MIDNIGHT = dt.datetime(2026, 3, 31, 15, 1, tzinfo=dt.UTC)  # 0:01 of 1 April in Japan


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What a room with work by person was asked to hand over."""
    given: list[tuple[str, str]] = []

    class Source:
        def __call__(self, _scope: Scope) -> list[Any]:
            return []

        def hand_over(self, _scope: Scope, old: str, new: str) -> int:
            given.append((old, new))
            return 1

    monkeypatch.setattr(tasks, "_items", {"test": Source()})
    return given


def test_open_work_changes_hands_just_after_midnight_of_the_day_by_itself_and_once(
    scope: Scope, town: Organisation, make_staff: Any, moved: list[tuple[str, str]]
) -> None:
    leaving = make_staff(town, "desk_clerk", employee_number="1001")
    successor = make_staff(town, "desk_clerk", employee_number="1002")
    with time_machine.travel(EVENING, tick=False):
        data = f"{HEADER}\n1001,,,退職,,,2026-04-01,,1002,定年\n".encode()
        transfers.apply(scope, batch_id=transfers.upload(scope, file_name="t.csv", data=data).pk)
        assert periodic.run_one(town, KEY)
        assert moved == []
    written = len(rows_of(scope))
    with time_machine.travel(MIDNIGHT, tick=False):
        assert periodic.run_one(town, KEY)
        assert not periodic.run_one(town, KEY)
    assert moved == [(f"account:{leaving.account_id}", f"account:{successor.account_id}")]
    after = [event for (event,) in rows_of(scope, "event")]
    assert len(after) == written + 3
    assert {"work.handed_over", "transfers.handed_over", "periodic.done"} <= set(after)
    with time_machine.travel(MIDNIGHT + dt.timedelta(days=1), tick=False):
        assert periodic.run_one(town, KEY)
    assert len(moved) == 1


@pytest.mark.parametrize(
    ("cells", "more", "due"),
    [
        ({}, {}, True),
        ({"発令日": "2026-04-02"}, {}, False),
        ({"相手の職員番号": ""}, {}, False),
        ({"異動区分": "代理"}, {}, False),
        ({}, {"handed_over": "2026-04-01"}, False),
    ],
)
def test_a_line_is_due_on_its_day_where_it_names_a_successor(
    cells: dict[str, str], more: dict[str, str], *, due: bool
) -> None:
    line = {"cells": {"発令日": "令和8年4月1日", "相手の職員番号": "1002", "異動区分": "退職"} | cells} | more
    assert is_hand_over_due(line, dt.date(2026, 4, 1)) == due
