"""What the organisations room refuses."""

from __future__ import annotations

from machikumo.kernel.errors import MachikumoError


class OrganisationsError(MachikumoError):
    """Base of the room's errors."""


class UnknownRole(OrganisationsError):
    """There is no such role."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"役割「{key}」はありません。役割の一覧から選んでください。",
            f"There is no role '{key}': choose one of the list of roles.",
        )


class RoleNotHere(OrganisationsError):
    """This kind of organisation does not give this role."""


class ProtectedPermission(OrganisationsError):
    """A permission that no town takes away from a role."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "監査と点検の権限は外せません。監査される側が監査を止められないようにするためです。担当者は任命で変えられます。",
            "Permissions to audit and review cannot be taken away, so that nobody stops their own audit. "
            "Appointments say who holds the role.",
        )


class IncompatibleRoles(OrganisationsError):
    """One person would hold two roles that must lie with two people."""

    status = 409


class PeriodError(OrganisationsError):
    """The dates of an appointment do not fit."""
