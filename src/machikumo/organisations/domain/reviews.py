"""The yearly access review: which year, until when, and when a section head may sign."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import rfc8785

from machikumo.organisations.domain.errors import OrganisationsError

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_MONTH = 4
DAYS_TO_SIGN = 30


class ReviewRefused(OrganisationsError):
    """The review cannot be signed or changed as it stands."""

    status = 409


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one role: whose it is, and ``keep``, ``end`` or ``open``."""

    appointment: int
    person: str
    role: str
    decision: str


def fiscal_year_of(day: dt.date) -> int:
    """The fiscal year (April to March) that the day lies in."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def due_on(opened_on: dt.date) -> dt.date:
    """The day until which a review is to be signed."""
    return opened_on + dt.timedelta(days=DAYS_TO_SIGN)


def refuse_unsigned(answers: Iterable[Answer]) -> None:
    """Raise ReviewRefused while a role has not been decided on."""
    left = sum(answer.decision == "open" for answer in answers)
    if left:
        raise ReviewRefused(
            f"まだ{left}件が未確認です。全部の役割に「継続」か「終了」を選んでから署名してください。",
            f"{left} roles are not decided on: choose keep or end for each, then sign.",
        )


def refuse_own(answer: Answer, reviewer: str) -> None:
    """Raise ReviewRefused when somebody would decide on their own role."""
    if answer.person == reviewer:
        raise ReviewRefused(
            "自分の役割は自分で確認できません。ほかの確認者（CIO・CISOなど）に依頼してください。",
            "Nobody reviews their own role: ask another reviewer (the CIO or CISO, say).",
        )


def digest_of(answers: Iterable[Answer]) -> str:
    """The SHA-256 of all answers in canonical form, by appointment: what is signed."""
    rows = sorted((answer.appointment, answer.person, answer.role, answer.decision) for answer in answers)
    return hashlib.sha256(rfc8785.dumps([list(row) for row in rows])).hexdigest()
