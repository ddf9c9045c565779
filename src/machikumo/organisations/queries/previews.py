"""What a file of transfers would do, checked against people, sections and roles as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.organisations import queries
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.appointments import Holding
from machikumo.organisations.domain.transfer_file import Line
from machikumo.organisations.domain.transfers import Checked, Present, Situation, check
from machikumo.organisations.models import Appointment, StaffMember

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.organisations.models import TransferBatch


def preview(scope: Scope, batch: TransferBatch) -> list[Checked]:
    """Every line of the file with its change or its problems, as things stand now."""
    lines = [Line(line["number"], line["cells"]) for line in batch.lines]
    return check(lines, situation(scope))


def situation(scope: Scope) -> Situation:
    """People, sections and roles as of now: what the lines are checked against."""
    holdings: dict[int, list[Holding]] = {}
    for row in Appointment.objects.within(scope).all():
        holdings.setdefault(row.staff_member_id, []).append(Holding(row.role, row.starts_on, row.ends_on))
    present = {
        staff.employee_number: Present(
            staff.employee_number, staff.name, tuple(holdings.get(staff.pk, ())), staff.is_active
        )
        for staff in StaffMember.objects.within(scope).all()
    }
    sections = frozenset(queries.sections_of(scope).values_list("code", flat=True))
    return Situation(present, sections, organisation_of(scope).kind, catalogue())
