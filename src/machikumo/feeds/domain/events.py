"""What happened to a person, told to whoever listens when a difference was applied."""

from __future__ import annotations

from enum import StrEnum


class Happened(StrEnum):
    """The kinds of events; the value is the listeners' event after ``resident.``."""

    BORN = "born"
    MOVED_IN = "moved_in"
    MOVED = "moved"
    MOVED_OUT = "moved_out"
    DIED = "died"
    HOUSEHOLD_CHANGED = "household_changed"
    CHANGED = "changed"

    @property
    def event(self) -> str:
        """The name under which listeners are told."""
        return f"resident.{self.value}"


BY_REASON = {
    "01": Happened.BORN,
    "02": Happened.MOVED_IN,
    "03": Happened.MOVED,
    "04": Happened.MOVED_OUT,
    "05": Happened.DIED,
    "06": Happened.HOUSEHOLD_CHANGED,
}


def happened(event_reason: str, branch: int) -> Happened:
    """The kind of a version's event; a corrected version (branch above 0) is no new event, only a change."""
    return Happened.CHANGED if branch else BY_REASON.get(event_reason, Happened.CHANGED)
