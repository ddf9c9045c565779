"""Scope: who acts, in which role, for which organisation, for what purpose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from machikumo.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Scope:
    """The second wall of tenancy (the first is row security): made at the edge and passed to all that reads or writes.

    ``person`` is a stable token such as ``account:12``, ``job:5f…``, ``machine:kiosk-3`` or ``command:root``;
    ``purpose`` a key such as ``resident_service``.
    """

    organisation_id: int
    organisation_code: str
    person: str
    role: str
    purpose: str = "resident_service"
    permissions: frozenset[str] = field(default_factory=frozenset)
    training: bool = False

    def has(self, permission: str) -> bool:
        """Whether the role carries the permission here."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the role carries the permission here."""
        if not self.has(permission):
            raise Forbidden(
                f"この操作の権限がありません（必要な権限: {permission}）。所属の情報政策担当に確認してください。",
                f"You do not have the permission {permission}. Please ask your information-policy officer.",
            )

    def for_purpose(self, purpose: str) -> Scope:
        """The same person and role, acting for another purpose."""
        return replace(self, purpose=purpose)
