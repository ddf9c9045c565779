"""A specimen of the paper with somebody who does not exist: what the issuer and the words look like when printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates import printing
from machikumo.certificates.domain.addresses import TRAINING_ADDRESS
from machikumo.certificates.domain.certifying import refuse_certification
from machikumo.certificates.domain.freezing import freeze
from machikumo.certificates.domain.options import Options
from machikumo.certificates.domain.records import HouseholdRecord, MemberRecord
from machikumo.certificates.domain.snapshot import Issuer
from machikumo.kernel.tenancy.doors import organisation_of

if TYPE_CHECKING:
    from datetime import datetime

    from machikumo.kernel.scope import Scope

NOBODY = {
    "resident_kind": "1",
    "resident_state": "1",
    "name": "見本　花子",
    "name_kana": "ミホン　ハナコ",
    "sex": "2",
    "birth_date": "1980-01-01",
    "relationship_text": "世帯主",
    "address_town": "見本町一丁目",
    "address_number": "1番1号",
    "address_set_on": "2020-04-01",
    "notified_on": "2020-04-01",
    "became_resident_on": "2020-04-01",
}


def specimen(scope: Scope, *, mayor_title: str, mayor_name: str, certification: str, moment: datetime) -> bytes:
    """The PDF of a specimen with that issuer, watermarked as one in a live municipality too.

    Raises:
        CertificationRefused: the words cannot stand there.
        MissingGlyph, TextDoesNotFit: they cannot be printed; says where.
    """
    refuse_certification(certification)
    organisation = organisation_of(scope)
    home = HouseholdRecord(0, (MemberRecord(0, NOBODY | {"address_municipality": organisation.name}),), NOBODY["name"])
    issuer = Issuer(
        organisation.code, organisation.name, mayor_title, mayor_name, training=True, certification=certification
    )
    snapshot = freeze(
        home,
        home.person_ids,
        Options(relationship=True),
        issuer,
        number="0000-000000",
        issued_on=moment.date(),
        verification_url=f"{TRAINING_ADDRESS}/{organisation.code}/verify/specimen/",
    )
    return printing.print_certificate(snapshot, {}, moment=moment)
