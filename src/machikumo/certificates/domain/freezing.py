"""From the register's rows to the frozen facts of a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates.domain.dates import printed
from machikumo.certificates.domain.options import Extent, Layout
from machikumo.certificates.domain.snapshot import HistoryEntry, Issuer, Snapshot, SnapshotPerson, Text
from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from machikumo.certificates.domain.options import Options
    from machikumo.certificates.domain.records import HouseholdRecord, MemberRecord

SEX = {"1": "男", "2": "女"}
PRESENT, FOREIGN = "1", "2"
STATES = {"2": "転出", "3": "死亡", "9": "職権消除等"}
REASONS = {
    "01": "出生", "02": "転入", "03": "転居", "04": "転出", "05": "死亡", "06": "世帯変更", "07": "戸籍届出による修正",
    "08": "職権記載", "09": "国籍取得", "10": "帰化", "99": "その他",
}  # fmt: skip
YES = frozenset({"1", "true", "True"})


class NotIssuable(MachikumoError):
    """The records cannot be certified as they stand."""

    status = 409


def freeze(
    household: HouseholdRecord,
    person_ids: tuple[int, ...],
    options: Options,
    issuer: Issuer,
    *,
    number: str,
    issued_on: date,
    verification_url: str,
) -> Snapshot:
    """The frozen facts: only items that were asked for, only people that were asked for.

    Raises:
        NotFound: somebody is not of this household.
        NotIssuable: the household is incomplete, or the whole household was asked for and somebody is left out, or
            nobody knows its head.
    """
    chosen = household.chosen(person_ids)
    if household.incomplete and options.extent is Extent.WHOLE:
        raise NotIssuable(
            "この世帯には移行時に取り込めなかった行があり、世帯全員の証明はまだできません。担当係で世帯の記録を確認してください。",
            "A row of this household was set aside at the move, so the whole cannot be certified: check its records.",
        )
    if options.layout is not Layout.INDIVIDUAL and any(_removed(member.row) for member in chosen):
        raise NotIssuable(
            "消除された人の除票は「個人票」で作成します。様式を選び直してください。",
            "A removed record is issued on the one-person layout only. Choose that layout.",
        )
    if options.extent is Extent.WHOLE and len(chosen) != len(household.members):
        raise NotIssuable(
            "「世帯全員」の請求に、選ばれていない世帯員がいます。全員を選ぶか「世帯の一部」にしてください。",
            "The whole household was asked for, but a member is left out. Choose everybody or ask for a part.",
        )
    _check_words(chosen, options)
    _check_head(household, options)
    return Snapshot(
        number=number,
        issued_on=issued_on.isoformat(),
        issuer=issuer,
        options=options,
        address=address_of(chosen[0].row),
        head_name=household.head_name if options.relationship else None,
        household_size=len(household.members),
        persons=tuple(_person(member, options) for member in chosen),
        verification_url=verification_url,
        versions=household.versions,
    )


def _check_words(chosen: tuple[MemberRecord, ...], options: Options) -> None:
    """A code without a confirmed word is not printed: it would be a guess."""
    for member in chosen:
        for code in ("article_30_45_category", "residence_status_code"):
            word = code.removesuffix("_code") + "_text"
            if options.residence_status and member.text(code) and not member.text(word):
                raise NotIssuable(
                    "在留資格などのコードの意味が未確認のため、この項目は記載できません。項目を外すか、コード表を確認してください。",
                    "The word for a residence code is not confirmed. Leave the item out or confirm the table.",
                )


def _check_head(household: HouseholdRecord, options: Options) -> None:
    """Nobody is called head of the household by a guess."""
    if options.relationship and not household.head_name:
        raise NotIssuable(
            "除かれた時点の世帯主が台帳から分かりません。世帯主・続柄を省くか、台帳を直してから交付してください。",
            "The register does not tell who was the head of the household at the removal. Leave out head and "
            "relationship, or mend the register first.",
        )


def address_of(row: Mapping[str, str], prefix: str = "address_") -> str:
    """The address in one line; building, and country and address abroad, follow after a full-width space."""
    parts = ("prefecture", "municipality", "town", "number")
    line = "".join(row.get(f"{prefix}{part}", "") for part in parts)
    abroad = "　".join(filter(None, (row.get(f"{prefix}country", ""), row.get(f"{prefix}foreign_address", ""))))
    return "　".join(filter(None, (line, row.get(f"{prefix}building", ""), abroad)))


def _person(member: MemberRecord, options: Options) -> SnapshotPerson:
    row = member.row
    foreign = member.text("resident_kind") == FOREIGN
    return SnapshotPerson(
        person_id=member.person_id,
        foreign=foreign,
        name=member.text("name"),
        name_kana=member.text("name_kana"),
        birth_date=_day(row, "birth_date", common_era=foreign),
        birth_date_iso="" if row.get("birth_date_uncertain") in YES else member.text("birth_date"),
        sex=SEX.get(member.text("sex"), ""),
        address=address_of(row),
        address_set_on=_day(row, "address_set_on"),
        notified_on=_day(row, "notified_on"),
        became_resident_on=_day(row, "foreign_resident_since" if foreign else "became_resident_on"),
        previous_address=address_of(row, "previous_address_"),
        former_name=member.text("former_name"),
        common_name=member.text("common_name"),
        name_roman=member.text("name_roman") if foreign else "",
        relationship=_asked(options.relationship, member.text("relationship_text")),
        registered_domicile=_asked(options.domicile and not foreign, member.text("registered_domicile")),
        register_head=_asked(options.domicile and not foreign, member.text("register_head")),
        nationality=_asked(options.nationality, member.text("nationality")),
        residence_category=_asked(options.residence_status, member.text("article_30_45_category_text")),
        residence_status=_asked(options.residence_status, member.text("residence_status_text")),
        residence_period=_asked(options.residence_status, _period(row)),
        residence_expires_on=_asked(options.residence_status, _day(row, "residence_expires_on", common_era=True)),
        residence_card_number=_asked(options.residence_card, member.text("residence_card_number")),
        moved_address=address_of(row, "moved_address_"),
        removed=_removed(row),
        remarks=member.text("remarks"),
        history=tuple(_entry(entry) for entry in member.history) if options.history else (),
    )


def _asked(asked: bool, value: str) -> Text:  # noqa: FBT001 - reads as a sentence where it is used
    return value if asked else None


def _day(row: Mapping[str, str], key: str, *, common_era: bool = False) -> str:
    uncertain = row.get(f"{key}_uncertain", "") in YES
    return printed(row.get(key, ""), uncertain=uncertain, text=row.get(f"{key}_text", ""), common_era=common_era)


def _period(row: Mapping[str, str]) -> str:
    units = (("years", "年"), ("months", "月"), ("days", "日"))
    parts = ((row.get(f"residence_period_{key}", ""), unit) for key, unit in units)
    return "".join(f"{int(value)}{unit}" for value, unit in parts if value and int(value))


def _removed(row: Mapping[str, str]) -> str:
    state = row.get("resident_state", PRESENT)
    if state == PRESENT:
        return ""
    return f"{_day(row, 'removed_on') or _day(row, 'event_date')}　{STATES.get(state, '消除')}"


def _entry(row: Mapping[str, str]) -> HistoryEntry:
    return HistoryEntry(
        on=_day(row, "event_date"),
        reason=REASONS.get(row.get("event_reason", ""), ""),
        text="　".join(filter(None, (row.get("name", ""), address_of(row)))),
    )
