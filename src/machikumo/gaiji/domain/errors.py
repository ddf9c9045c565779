"""What can be wrong with a font, a file or a decision, with words that say what to do."""

from __future__ import annotations

from machikumo.kernel.errors import MachikumoError


class GaijiError(MachikumoError):
    """Base of the room's errors."""


class UnreadableFont(GaijiError):
    """The file is no usable font of user-defined characters."""


class UnreadableFile(GaijiError):
    """A file of residents, a map or an official table cannot be read as it should."""


class WrongDecision(GaijiError):
    """A decision lacks something or contradicts itself."""


class SamePerson(GaijiError):
    """Whoever decided first may not be the second reviewer."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "一人目の決定をした人は確認できません。別の人に確認を頼んでください。",
            "Whoever decided first cannot confirm: please ask somebody else.",
        )
