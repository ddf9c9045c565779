"""How urgent a task looks and in which order tasks stand."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.tasks.domain import Task, Urgency, in_order, urgency_of

TODAY = dt.date(2026, 4, 1)
TASKS = st.builds(
    Task,
    title_ja=st.sampled_from(["あ", "い"]),
    title_en=st.just("x"),
    url=st.just("/"),
    kind=st.sampled_from(["a", "b"]),
    due=st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
)


@pytest.mark.parametrize(
    ("days", "urgency"),
    [(-1, Urgency.LATE), (0, Urgency.TODAY), (1, Urgency.SOON), (3, Urgency.SOON), (4, Urgency.LATER)],
)
def test_a_due_day_looks_as_urgent_as_it_is_near(days: int, urgency: Urgency) -> None:
    assert urgency_of(TODAY + dt.timedelta(days=days), TODAY) is urgency


def test_without_a_due_day_a_task_is_simply_open() -> None:
    assert urgency_of(None, TODAY) is Urgency.OPEN


@given(st.lists(TASKS, max_size=12))
def test_what_is_due_first_stands_first_and_what_has_no_day_last(tasks: list[Task]) -> None:
    ordered = in_order(tasks)
    days = [task.due for task in ordered]
    dated = [day for day in days if day is not None]
    assert dated == sorted(dated)
    assert days[: len(dated)] == dated
    assert sorted(map(repr, ordered)) == sorted(map(repr, tasks))


@given(st.lists(TASKS, max_size=8), st.randoms())
def test_the_order_does_not_depend_on_the_rooms_order(tasks: list[Task], random: object) -> None:
    shuffled = list(tasks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_order(shuffled) == in_order(tasks)
