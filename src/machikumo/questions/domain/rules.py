"""Who takes part, who sees what, and how a question goes from open to settled."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from machikumo.questions.domain.errors import QuestionError

if TYPE_CHECKING:
    from datetime import date


class Party(StrEnum):
    """Who takes part in a move."""

    TOWN = "town"
    OLD_VENDOR = "old_vendor"
    NEW_VENDOR = "new_vendor"


class State(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


UNSETTLED = (State.OPEN, State.ANSWERED)


class Settled(QuestionError):
    """The question is settled: nothing is added to it."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "この質問は決着しています。続きは新しい質問にしてください。",
            "This question is settled: please ask a new one.",
        )


class NotTheirs(QuestionError):
    """The party may not do that with this question."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "この質問の宛先でも質問者でもないので、書き込めません。",
            "This question is neither addressed to you nor asked by you.",
        )


def may_see(party: Party | None, asked_by: Party, asked_of: Party) -> bool:
    """Whether a party sees a question: the town all, a vendor its own, who belongs to nobody none."""
    return party is Party.TOWN or (party is not None and party in {asked_by, asked_of})


def after_entry(state: State, by: Party, *, asked_by: Party, asked_of: Party) -> State:
    """Where a question stands after somebody wrote: the addressed party answers, the asking one asks on.

    Raises:
        Settled: it is accepted or withdrawn. NotTheirs: the party has no part in it.
    """
    if state not in UNSETTLED:
        raise Settled
    if by is asked_of:
        return State.ANSWERED
    if by is asked_by:
        return State.OPEN
    if by is Party.TOWN:
        return state  # the town reads along between two vendors and may add a remark
    raise NotTheirs


def require_settling(state: State, by: Party, *, asked_by: Party) -> None:
    """Refuse whoever may not settle: only the asking party and the town may, and only once; errors as above."""
    if state not in UNSETTLED:
        raise Settled
    if by not in {asked_by, Party.TOWN}:
        raise NotTheirs


def is_overdue(state: State, due_on: date, today: date) -> bool:
    """Whether the answer is late."""
    return state is State.OPEN and due_on < today
