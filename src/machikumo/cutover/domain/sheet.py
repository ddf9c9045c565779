"""The run sheet: steps with owner and planned times, their actual times, and where the point of no return lies."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime


class Work(enum.StrEnum):
    """What a step's times can be computed from."""

    RECEIVED = "received"
    CHECKED = "checked"
    LOADED = "loaded"
    RECONCILED = "reconciled"
    SIGNED = "signed"
    FROZEN = "frozen"
    RELEASED = "released"


class Standing(enum.StrEnum):
    """How a step stands at a moment."""

    PLANNED = "planned"
    LATE_TO_BEGIN = "late_to_begin"
    RUNNING = "running"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True)
class Span:
    """When something began and ended; None: not yet."""

    began: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """What is known of the work on one file: when it was received, begun, loaded, reconciled, signed by both."""

    received: datetime | None = None
    began: datetime | None = None
    first_block: datetime | None = None
    last_block: datetime | None = None
    reconciled: datetime | None = None
    signed_first: datetime | None = None
    signed_second: datetime | None = None


def standing_of(planned: Span, actual: Span, now: datetime) -> Standing:
    """How a step with these times stands now."""
    if actual.ended is not None:
        late = planned.ended is not None and actual.ended > planned.ended
        return Standing.DONE_LATE if late else Standing.DONE
    if actual.began is not None:
        return Standing.OVERDUE if planned.ended is not None and now > planned.ended else Standing.RUNNING
    return Standing.LATE_TO_BEGIN if planned.began is not None and now > planned.began else Standing.PLANNED


def spans_of(files: Sequence[MoveFacts], freeze: Span, released: datetime | None) -> Mapping[Work, Span]:
    """The actual times that the work itself tells; a stage has ended when it has ended for every file."""
    return {
        Work.FROZEN: freeze,
        Work.RECEIVED: _span((one.received, one.received) for one in files),
        Work.CHECKED: _span((one.began, one.first_block or one.reconciled) for one in files),
        Work.LOADED: _span((one.first_block, one.reconciled and one.last_block) for one in files),
        Work.RECONCILED: _span((one.reconciled and one.last_block, one.reconciled) for one in files),
        Work.SIGNED: _span((one.signed_first, one.signed_second) for one in files),
        Work.RELEASED: Span(released, released),
    }


def _span(times: Iterable[tuple[datetime | None, datetime | None]]) -> Span:
    pairs = list(times)
    begun = [began for began, _ in pairs if began is not None]
    ended = [end for _, end in pairs if end is not None]
    return Span(min(begun, default=None), max(ended) if pairs and len(ended) == len(pairs) else None)
