"""What the side-by-side run refuses."""

from __future__ import annotations

from machikumo.kernel.errors import MachikumoError


class ComparisonError(MachikumoError):
    """Base of the room's errors."""


class UnreadableList(ComparisonError):
    """A list file cannot be read by the layout that was chosen; says why."""


class NoReason(ComparisonError):
    """A decision came without its reason."""

    def __init__(self) -> None:
        super().__init__("判断の理由を書いてください。", "Please write the reason of the decision.")
