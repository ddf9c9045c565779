"""Scope: who acts, in which role, for which organisation, for what purpose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from machikumo.kernel.errors import NotPermitted, Refusal
from machikumo.kernel.registries import refusals

CATALOGUE = "catalogue"  # key under which the organisations room says what a permission is called and who carries it


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

    def require(self, *permissions: str) -> None:
        """Raise NotPermitted, in words that a person can act on, unless the role carries one of the permissions."""
        if not any(self.has(permission) for permission in permissions):
            raise NotPermitted(_refusal(permissions, self.role))

    def for_purpose(self, purpose: str) -> Scope:
        """The same person and role, acting for another purpose."""
        return replace(self, purpose=purpose)


def _refusal(permissions: tuple[str, ...], role: str) -> Refusal:
    """What the catalogue of roles says of them; a general word where none is installed. Never a key."""
    if CATALOGUE not in refusals:
        return Refusal(act=("この操作", "this work"))
    refusal: Refusal = refusals.get(CATALOGUE)(permissions, role)
    return refusal
