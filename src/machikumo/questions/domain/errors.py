"""What this room raises."""

from __future__ import annotations

from machikumo.kernel.errors import MachikumoError


class QuestionError(MachikumoError):
    """Base of the errors of this room."""
