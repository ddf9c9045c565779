"""What a certificate prints of somebody, field by field, made by the certificates' own rules without issuing one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from machikumo.certificates.domain.freezing import NotIssuable, freeze
from machikumo.certificates.domain.options import Extent, Layout, Options
from machikumo.certificates.domain.records import HouseholdRecord, MemberRecord
from machikumo.certificates.domain.snapshot import Issuer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.certificates.domain.snapshot import Snapshot

PRINTED: Mapping[str, tuple[str, str]] = {
    "name": ("氏名", "Name"),
    "name_kana": ("フリガナ", "Kana"),
    "name_roman": ("氏名（ローマ字）", "Name in Roman letters"),
    "former_name": ("旧氏", "Former surname"),
    "common_name": ("通称", "Common name"),
    "birth_date": ("生年月日", "Date of birth"),
    "sex": ("性別", "Sex"),
    "relationship": ("続柄", "Relationship"),
    "head_name": ("世帯主", "Head of household"),
    "address": ("住所", "Address"),
    "address_set_on": ("住所を定めた年月日", "Address set on"),
    "notified_on": ("届出の年月日", "Notified on"),
    "became_resident_on": ("住民となった年月日", "Became a resident on"),
    "previous_address": ("転入前住所", "Previous address"),
    "moved_address": ("転居前住所", "Address before the move"),
    "registered_domicile": ("本籍", "Registered domicile"),
    "register_head": ("筆頭者", "Head of the register"),
    "nationality": ("国籍・地域", "Nationality or region"),
    "residence_status": ("在留資格", "Status of residence"),
    "residence_period": ("在留期間等", "Period of residence"),
    "residence_expires_on": ("在留期間の満了の日", "End of the period"),
    "removed": ("消除", "Removal"),
    "remarks": ("備考", "Remarks"),
}
FOREIGN_ONLY = (
    "name_roman",
    "common_name",
    "nationality",
    "residence_status",
    "residence_period",
    "residence_expires_on",
)
JAPANESE_ONLY = ("former_name", "registered_domicile", "register_head")
ASKED = Options(
    layout=Layout.INDIVIDUAL,
    extent=Extent.PART,
    relationship=True,
    domicile=True,
    nationality=True,
    residence_status=True,
    residence_card=True,
)
WITHOUT_STATUS = Options(
    layout=Layout.INDIVIDUAL, extent=Extent.PART, relationship=True, domicile=True, nationality=True
)
NOBODY = Issuer("", "", "", "", training=True)
NOT_KNOWN = "—"  # a paper without a known head is refused; a comparison goes on and has none


def printed_of(row: Mapping[str, str], head_name: str) -> dict[str, str]:
    """The printed fields of somebody with that standard row, in a household with that head."""
    household = HouseholdRecord(0, (MemberRecord(0, row),), head_name or NOT_KNOWN)
    try:
        snapshot = _frozen(household, ASKED)
    except NotIssuable:  # the word for a code of residence is not confirmed here: those fields are left out
        snapshot = _frozen(household, WITHOUT_STATUS)
    person = snapshot.persons[0]
    found = {key: getattr(person, key) or "" for key in PRINTED if key != "head_name"}
    found["head_name"] = head_name
    return {key: found[key] for key in fields_for(is_foreign=person.foreign)}


def _frozen(household: HouseholdRecord, options: Options) -> Snapshot:
    return freeze(household, (0,), options, NOBODY, number="", issued_on=date.min, verification_url="")


def fields_for(*, is_foreign: bool) -> list[str]:
    """The fields that a certificate of such a person has, in the order of the paper."""
    others = JAPANESE_ONLY if is_foreign else FOREIGN_ONLY
    return [key for key in PRINTED if key not in others]


def masked(value: str) -> str:
    """The value with all but its first letter covered; its length stays, so that a cut value can be seen."""
    return value[:1] + "●" * (len(value) - 1)
