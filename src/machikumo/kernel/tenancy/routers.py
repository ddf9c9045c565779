"""Which connection does what: everything on the application's role, but for what asks for another."""

from __future__ import annotations

from typing import Any


class RoleRouter:
    """Schema changes run on ``migration`` only; every model is readable through every alias that holds rights."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:  # noqa: ARG002 - Django's signature
        """The application's role."""
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str | None:  # noqa: ARG002 - Django's signature
        """The application's role."""
        return "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:  # noqa: ARG002 - Django's signature
        """All aliases are one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:  # noqa: ARG002 - Django's signature
        """Only the owner of the tables makes tables."""
        return db == "migration"
