"""What the cut-over refuses."""

from __future__ import annotations

from machikumo.kernel.errors import Conflict, MachikumoError


class CutoverError(MachikumoError):
    """Base of the room's errors."""


class Frozen(CutoverError, Conflict):
    """A change was asked for while changes are frozen; says until when and what the way out is."""

    status = 409


class BeingUndone(CutoverError, Conflict):
    """A load is being undone: nothing else may be written until that has ended."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "取込の取り消しが進んでいるため、いまは書き込めません。取り消しが終わってから、もう一度操作してください。",
            "A load is being undone, so nothing can be written now. Try again when that has ended.",
        )


class NotUndoable(CutoverError, Conflict):
    """A load cannot be undone (any more); says why."""

    status = 409


class NotReleasable(CutoverError, Conflict):
    """The release was refused; ``reasons`` are what stands against it, each (Japanese, English)."""

    status = 409

    def __init__(self, reasons: tuple[tuple[str, str], ...]) -> None:
        self.reasons = reasons
        super().__init__(
            "切替を確定できません。" + "、".join(ja for ja, _ in reasons),
            "The cut-over cannot be released: " + "; ".join(en for _, en in reasons),
        )
