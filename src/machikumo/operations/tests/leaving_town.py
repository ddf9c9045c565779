"""A town with something of everything in it, which then leaves: what the tests of the exit package load elsewhere."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import time
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.certificates import issuing, queries
from machikumo.certificates.checking import paper_bytes
from machikumo.certificates.domain.options import Extent, Options
from machikumo.certificates.domain.orders import Order
from machikumo.certificates.domain.requests import RequestKind
from machikumo.certificates.domain.states import State
from machikumo.certificates.tests.conftest import Town, move_in
from machikumo.certificates.tests.examples import FAMILY, FOREIGN
from machikumo.definitions import actions as definitions
from machikumo.kernel.files.actions import open_file, store_file
from machikumo.kernel.ledger import sealing
from machikumo.kernel.paper import page_texts
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation
from machikumo.layouts import actions as layouts
from machikumo.layouts import held
from machikumo.layouts.domain.blocks import Place
from machikumo.layouts.models import HeldRow, MendingKind
from machikumo.operations import kinds
from machikumo.operations.actions import make_exit_package
from machikumo.operations.tests.opening import PUBLIC, opened
from machikumo.organisations.actions import people
from machikumo.register import actions as register
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.models import Person, PersonVersion

if TYPE_CHECKING:
    import io
    from pathlib import Path

    from machikumo.certificates.models import CertificateRequest

SEALED_FOR = 11  # seconds: a seal of the last ten is for the next package


class Everything(frozenset[str]):
    """Every permission."""

    __slots__ = ()

    def __contains__(self, _permission: object) -> bool:
        return True


@dataclass(frozen=True)
class Left:
    """A town that has left: its people here, the closed package, and what is in it."""

    home: Town
    file: Path
    content: bytes

    @property
    def code(self) -> str:
        return self.home.scope.organisation_code


def scope_in(organisation: Organisation, person: str = "account:1", **facts: Any) -> Scope:
    """Somebody with every permission."""
    told = {"role": "information_officer", "permissions": Everything(), "training": organisation.is_training}
    return Scope(organisation.pk, organisation.code, person, **(told | facts))


def new_town(**facts: Any) -> Organisation:
    token = secrets.token_hex(6)
    told = {"kind": "municipality", "name": f"試験町{token[:4]}", "name_en": "Test Town", "mode": "training"}
    return Organisation.objects.using("migration").create(code=f"t{token}", is_active=True, **(told | facts))


def lived_in(folder: Path, *, papers: bool = True) -> Left:
    """Residents with histories, blocks, numbers, papers, files, own layouts, gaiji-like names, people, decisions."""
    town = new_town()
    scope = scope_in(town)
    officer = people.add_staff(scope, employee_number="A-1", name="鈴木　一郎", username=f"ichiro-{town.code}")
    section = people.add_section(scope, code="10", name="市民課")
    people.add_staff(scope, employee_number="A-2", name="田中　花子", section_id=section.pk)
    people.appoint(scope, staff_id=officer.pk, role="desk_clerk", starts_on=dt.date(2026, 4, 1), reason="異動")
    acting = scope_in(town, person=f"account:{officer.account_id}")
    home = move_in(acting, FAMILY, FOREIGN)
    home = Town(acting, home.people)
    correct(acting, home.people[1], name="葛\U000e0102城　太朗")
    correct(acting, home.people[4], name="葛\U000e0102城　𠮷\ue000")
    last = home.people[max(home.people)]
    register.add_block(acting, person_id=last, level=BlockLevel.REFUSE, starts_on=dt.date(2026, 1, 1), ends_on=None)
    if papers:
        paper(acting, "k1")
    store_file(acting, name="旧　台帳.csv", chunks=["葛城\r\n".encode("cp932"), bytes(300_000)], purpose="move_in")
    own = definitions.copy_layout(acting, key="ours", name="当市の住記", shipped_key="vendor-kasumi-juki")
    definitions.publish(acting, own_layout_id=own.pk)
    one = layouts.receive(acting, name="一.csv", chunks=[b"x"], mapping_key=f"kasumi-to-standard@own:{own.pk}.1")
    with entered(acting):
        held.add_rows(acting, one.pk, [(Place(1, 2, 30, "葛,1\r\n".encode("cp932")), [{"rule": "value.date"}])])
        row = HeldRow.objects.within(acting).get()
        held.add_step(acting, row, MendingKind.CELLS, {"name": ["葛", "葛󠄂"]}, reason="原本で確認")
    kinds.ask_for_package(acting, reason="移行の準備", recipient=PUBLIC)
    sealing.seal(organisations=[town.code])
    time.sleep(SEALED_FOR)
    return left(home, folder)


def correct(scope: Scope, person_id: int, **changes: str) -> None:
    """A correction, which leaves the version that it corrects."""
    with entered(scope):
        version = PersonVersion.objects.within(scope).get(person_id=person_id, is_latest=True)
    register.correct(scope, person_id=person_id, expected_version_id=version.pk, changes=changes, ground="correction")


def left(home: Town, folder: Path) -> Left:
    """The town's package, closed and in the clear."""
    scope = home.scope
    stored = make_exit_package(scope, recipient=PUBLIC)
    _, place = open_file(scope, token=stored.token)
    file = folder / f"{scope.organisation_code}.age"
    file.write_bytes(place.read_bytes())
    return Left(home, file, opened(scope, stored.token).getvalue())


def paper(scope: Scope, key: str) -> CertificateRequest:
    """A certificate of two people of the household with everything on it, issued now."""
    with entered(scope):
        numbers = [f"{example:015d}" for example in (1, 2)]
        ids = Person.objects.within(scope).filter(addressee_number__in=numbers).order_by("addressee_number")
        people = tuple(ids.values_list("pk", flat=True))
    options = Options(
        extent=Extent.PART, relationship=True, domicile=True, individual_number=True, resident_record_code=True
    )
    order = Order(person_ids=people, kind=RequestKind.SELF, requester_name="葛城　太郎", options=options)
    request = issuing.issue(scope, order=order, idempotency_key=key)
    assert request.state == State.RELEASED.value, request.end_reason
    return request


def printed(scope: Scope) -> list[str]:
    """What such a certificate says, printed now; without what is new on every paper."""
    request = paper(scope, secrets.token_hex(8))
    with entered(scope):
        document = paper_bytes(scope, queries.request_of(scope, request.pk))
    lines = [line.strip() for text in page_texts(document) for line in text.splitlines()]
    return [line for line in lines if request.number not in line and (request.token or "") not in line]


def rows_in(package: io.BytesIO | Path, name: str) -> list[dict[str, Any]]:
    """The rows of a part."""
    with zipfile.ZipFile(package) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]
