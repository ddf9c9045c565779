"""The soak's own database: the demo's organisations, and invented people in two of its towns."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

from machikumo.certificates.soak.harness import CLERKS

if TYPE_CHECKING:
    from machikumo.certificates.domain.records import HouseholdRecord, MemberRecord
    from machikumo.kernel.scope import Scope

DATABASE = "machikumo_soak"
AS_OF = date(2026, 4, 1)
PEOPLE = 400


def prepare() -> None:
    """Make the database and the demo's organisations, and get Django ready on it; safe to repeat."""
    os.environ |= {"MACHIKUMO_DATABASE": DATABASE, "MACHIKUMO_HTTPS": "0", "MACHIKUMO_HOSTS": "localhost"}
    for command in (("migrate",), ("organisations", "demo")):
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "machikumo", *command], check=True, stdout=subprocess.DEVNULL
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")
    import django

    django.setup()


def people(*, seed: int) -> tuple[dict[str, Scope], dict[str, list[HouseholdRecord]]]:
    """The scope and the households of each town, moved in now where they are not there yet."""
    scopes = {code: scope_of(code) for code in CLERKS}
    return scopes, {code: _households(scope, seed=seed) for code, scope in scopes.items()}


def scope_of(code: str) -> Scope:
    """A scope for preparing the soak and for reading its end."""
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.edge import organisation_or_404

    organisation = organisation_or_404(code)
    return Scope(
        organisation_id=organisation.pk,
        organisation_code=code,
        person="command:soak",
        role="soak",
        permissions=frozenset({"layouts.move_in", "certificates.issue"}),
        training=organisation.is_training,
    )


def _households(scope: Scope, *, seed: int) -> list[HouseholdRecord]:
    from machikumo.certificates import checking
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.register import queries
    from machikumo.register.domain.keys import KeyKind
    from machikumo.register.domain.terms import Search, Term

    with entered(scope):
        known = queries.population(scope)
    if not known:
        _move_in(scope, seed=seed)
    with entered(scope):
        found = queries.find_people(scope, Search((Term.prefix(KeyKind.NUMBER, "0"),)), limit=PEOPLE)
        first = {one.household_number: one.person_id for one in found if one.resident_state == "1"}
        homes = [checking.register.household_of(scope, person) for person in first.values()]
    return [home for home in homes if not home.incomplete and all(map(_is_certain, home.members))]


def _is_certain(member: MemberRecord) -> bool:
    """Whether the paper will show a day of birth that can be read back as one."""
    return bool(member.text("birth_date")) and member.text("birth_date_uncertain") != "1"


def _move_in(scope: Scope, *, seed: int) -> None:
    import polars as pl

    from machikumo.register import actions

    towns = import_module("machikumo.synthetic.towns")  # a tool's need, not a room's: named by a string
    rows = list(towns.residents(scope.organisation_code, PEOPLE, seed, AS_OF))
    frame = pl.DataFrame(rows, schema_overrides=dict.fromkeys(rows[0], pl.String), infer_schema_length=None)
    actions.load_block(scope, frame=frame, source="soak")
