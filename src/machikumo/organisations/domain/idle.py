"""When a session at a shared desk is over; seconds since the epoch in, minutes as the role's file says."""

from __future__ import annotations

DEFAULT_MINUTES = 30  # until a role is known
NOTE_EVERY_SECONDS = 30.0
SECONDS_A_MINUTE = 60


def is_over(seen: float, now: float, minutes: int) -> bool:
    """Whether nothing was asked for during that many minutes; a clock put back never ends a session."""
    return now - seen > minutes * SECONDS_A_MINUTE


def needs_note(seen: float, now: float) -> bool:
    """Whether the time of the last request should be written again: a write on every request is too much."""
    return abs(now - seen) > NOTE_EVERY_SECONDS
