"""The room's tables: accounts and workplaces of the platform; people, roles and membership of each organisation."""

from machikumo.organisations.models.accounts import Account, AccountManager, Workplace
from machikumo.organisations.models.groups import GroupMembership
from machikumo.organisations.models.machines import Machine, MachineToken
from machikumo.organisations.models.people import Appointment, RoleNarrowing, Section, StaffMember
from machikumo.organisations.models.reviews import AccessReview, AccessReviewLine
from machikumo.organisations.models.transfers import TransferBatch

__all__ = [
    "AccessReview",
    "AccessReviewLine",
    "Account",
    "AccountManager",
    "Appointment",
    "GroupMembership",
    "Machine",
    "MachineToken",
    "RoleNarrowing",
    "Section",
    "StaffMember",
    "TransferBatch",
    "Workplace",
]
