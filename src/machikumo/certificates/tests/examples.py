"""Synthetic people for the tests of this room: three households that nobody lives in."""

from __future__ import annotations

from datetime import date
from typing import Any

from machikumo.certificates.domain.freezing import freeze
from machikumo.certificates.domain.options import Options
from machikumo.certificates.domain.records import HouseholdRecord, MemberRecord
from machikumo.certificates.domain.snapshot import Issuer, Snapshot

ISSUED_ON = date(2026, 11, 24)
SABAE = Issuer("182079", "鯖江市", "鯖江市長", "見本　太郎", training=True)
URL = "https://localhost/182079/verify/mfzwizltoq2gk3tboaxgc4tt/"
EVERYTHING = Options(relationship=True, domicile=True, nationality=True, residence_status=True, residence_card=True)

ADDRESS = {
    "address_prefecture": "福井県",
    "address_municipality": "鯖江市",
    "address_town": "西山町",
    "address_number": "13番1号",
    "address_building": "サンプルハイツ203号",
}


def row(**values: str) -> dict[str, str]:
    """A standard row of a present Japanese resident; values may be overridden."""
    return {
        "resident_kind": "1",
        "resident_state": "1",
        "name": "葛\U000e0102城　太郎",
        "name_kana": "カツラギ　タロウ",
        "sex": "1",
        "birth_date": "1980-05-17",
        "relationship_text": "世帯主",
        "address_set_on": "2015-04-01",
        "notified_on": "2015-04-03",
        "became_resident_on": "2015-04-01",
        "previous_address_prefecture": "福井県",
        "previous_address_municipality": "福井市",
        "previous_address_town": "大手三丁目",
        "previous_address_number": "17番1号",
        "registered_domicile": "福井県鯖江市西山町13番地",
        "register_head": "葛\U000e0102城　太郎",
        "event_date": "2015-04-01",
        "event_reason": "02",
        **ADDRESS,
        **values,
    }


def member(person_id: int, **values: str) -> MemberRecord:
    """A member with that row."""
    return MemberRecord(person_id, row(**values), person_key=f"key-{person_id}")


FAMILY = HouseholdRecord(
    household_id=7,
    head_name="葛\U000e0102城　太郎",
    members=(
        member(1),
        member(2, name="葛\U000e0102城　邉\U000e010f子", name_kana="カツラギ　ナベコ", sex="2", birth_date="1983-01-08",
               relationship_text="妻", former_name="髙﨑"),
        member(3, name="葛\U000e0102城　𠮷野", name_kana="カツラギ　ヨシノ", sex="2", birth_date="2012-02-29",
               relationship_text="子"),
        member(4, name="葛\U000e0102城　葵", name_kana="カツラギ　アオイ", sex="1", birth_date="2019-05-01",
               relationship_text="子", became_resident_on="2019-05-01", previous_address_prefecture="",
               previous_address_municipality="", previous_address_town="", previous_address_number=""),
        member(5, name="葛\U000e0102城　辻\U000e0102", name_kana="カツラギ　ツジ", sex="9", birth_date="",
               birth_date_uncertain="1", birth_date_text="昭和20年頃", relationship_text="父"),
    ),
)  # fmt: skip

FOREIGN = HouseholdRecord(
    household_id=8,
    head_name="NGUYEN VAN AN",
    members=(
        member(11, resident_kind="2", name="NGUYEN VAN AN", name_kana="グエン　ヴァン　アン", common_name="阮　安",
               birth_date="1995-12-31", foreign_resident_since="2022-08-01", nationality="ベトナム",
               article_30_45_category_text="中長期在留者", residence_status_text="技術・人文知識・国際業務",
               residence_period_years="05", residence_expires_on="2027-07-31", residence_card_number="AB12345678CD",
               previous_address_country="ベトナム", previous_address_foreign_address="Ha Noi"),
    ),
)  # fmt: skip


def snapshot_of(
    household: HouseholdRecord = FAMILY, options: Options = EVERYTHING, *, persons: Any = None, **values: Any
) -> Snapshot:
    """A frozen certificate of the household."""
    facts = {"number": "2026-000123", "issued_on": ISSUED_ON, "verification_url": URL} | values
    return freeze(household, persons or household.person_ids, options, SABAE, **facts)
