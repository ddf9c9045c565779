"""The certificate as sheets of paper: labels and values in the order in which they are drawn.

The template only draws; what stands where is decided here, so that the reading back can know every word.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from machikumo.certificates.domain.dates import printed
from machikumo.certificates.domain.options import Layout
from machikumo.certificates.domain.ports import Numbers
from machikumo.certificates.domain.snapshot import EXTENT, RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from machikumo.certificates.domain.snapshot import Snapshot, SnapshotPerson

Item = tuple[str, str | None, int, int]  # label, value, width of each in units

UNITS = 24  # a row is so many units wide
A_SHEET = {Layout.HOUSEHOLD: 4, Layout.INDIVIDUAL: 1}
OMITTED, BLANK, REST_BLANK = "【省略】", "【空欄】", "【以下余白】"
WATERMARK = ("練習環境", "見本 SPECIMEN")
NUMBER_LABEL, FIRST_LABEL = "発行番号", "フリガナ"
NO_NUMBERS = Numbers()


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and its value; widths in units. ``large`` values are names, ``place`` tells whose item it is."""

    label: str
    value: str
    label_units: int
    value_units: int
    place: str
    large: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side; height in millimetres."""

    cells: tuple[Cell, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page."""

    page_mark: str
    header: tuple[Row, ...]
    blocks: tuple[tuple[Row, ...], ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole certificate, and what is the same on each of its sheets."""

    title: str
    form: str
    number: str
    sheets: tuple[Sheet, ...]
    certification: str
    date: str
    mayor_title: str
    mayor_name: str
    seal: str
    binding: str
    verification_title: str
    verification_url: str
    watermark: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """What the template reads."""
        return {**asdict(self), "number_label": NUMBER_LABEL, "units": UNITS}


def paper_of(snapshot: Snapshot, numbers: Mapping[int, Numbers]) -> Paper:
    """The paper of the frozen facts and, where they were asked for, the numbers by person id."""
    issuer = snapshot.issuer
    sheets = tuple(_sheets(snapshot, numbers))
    count = f"全{len(sheets)}枚で一通です。" if len(sheets) > 1 else "1枚で一通です。"
    binding = "契印のないもの、1枚でも欠けたものは無効です。" if len(sheets) > 1 else ""
    return Paper(
        title="住民票の除票" if all(person.removed for person in snapshot.persons) else "住民票",
        form=f"（{snapshot.options.layout.label}）",
        number=snapshot.number,
        sheets=sheets,
        certification=certification_of(snapshot),
        date=printed(snapshot.issued_on),
        mayor_title=issuer.mayor_title,
        mayor_name=issuer.mayor_name,
        seal="見本" if issuer.training else "公印",
        binding=f"この写しは{count}{binding}",
        verification_title="真偽の確認（この写しが発行されたものかを確かめられます）",
        verification_url=snapshot.verification_url,
        watermark=WATERMARK if issuer.training else (),
    )


def certification_of(snapshot: Snapshot) -> str:
    """The words by which the mayor certifies (認証文)."""
    extent = "世帯全員" if snapshot.is_whole else "世帯の一部の者"
    what = "除票" if all(person.removed for person in snapshot.persons) else "住民票"
    return snapshot.issuer.certification.replace(EXTENT, extent).replace(RECORD, what)


def _sheets(snapshot: Snapshot, numbers: Mapping[int, Numbers]) -> Iterator[Sheet]:
    size = A_SHEET[snapshot.options.layout]
    groups = [snapshot.persons[start : start + size] for start in range(0, len(snapshot.persons), size)]
    draw = _household_block if snapshot.options.layout is Layout.HOUSEHOLD else _individual_block
    for page, group in enumerate(groups, start=1):
        yield Sheet(
            page_mark=f"{page}／{len(groups)}",
            header=_header(snapshot),
            blocks=tuple(draw(person, numbers.get(person.person_id, NO_NUMBERS), snapshot) for person in group),
            rest=REST_BLANK if len(group) < size else "",
        )


def shown(value: str | None) -> str:
    """The value as printed: 【省略】 when it was not asked for, 【空欄】 when the register holds nothing."""
    if value is None:
        return OMITTED
    return value or BLANK


def _header(snapshot: Snapshot) -> tuple[Row, ...]:
    return (
        Row((Cell("住所", shown(snapshot.address), 3, 21, "住所"),), 8.0),
        Row((Cell("世帯主", shown(snapshot.head_name), 3, 21, "世帯主", large=True),), 8.0),
    )


def _number_values(numbers: Numbers, snapshot: Snapshot) -> tuple[str, str]:
    options = snapshot.options
    return (
        shown(numbers.individual_number if options.individual_number else None),
        shown(numbers.resident_record_code if options.resident_record_code else None),
    )


def _row(person: SnapshotPerson, height: float, *cells: Item) -> Row:
    return Row(
        tuple(
            Cell(label, shown(value), label_units, value_units, f"{person.name}さんの{label}", label == "氏名")
            for label, value, label_units, value_units in cells
        ),
        height,
    )


def _household_block(person: SnapshotPerson, numbers: Numbers, snapshot: Snapshot) -> tuple[Row, ...]:
    """The eight rows of one of the four places on a sheet; present values only."""
    middle = _foreign_rows if person.foreign else _japanese_rows
    return (
        _row(person, 4.6, (FIRST_LABEL, person.name_kana, 4, 10), ("生年月日", person.birth_date, 4, 6)),
        _row(
            person,
            8.6,
            ("氏名", _full_name(person), 4, 10),
            ("性別", person.sex, 2, 2),
            ("続柄", person.relationship, 2, 4),
        ),
        *middle(person, _number_values(numbers, snapshot), 5.5),
    )


def _full_name(person: SnapshotPerson) -> str:
    return person.name or person.name_roman


def _japanese_rows(person: SnapshotPerson, numbers: tuple[str, str], height: float) -> tuple[Row, ...]:
    rows = (
        (("旧氏", person.former_name, 4, 8), ("住民となった年月日", person.became_resident_on, 5, 7)),
        _moving_in(person),
        (("本籍", person.registered_domicile, 4, 10), ("筆頭者", person.register_head, 3, 7)),
        (("個人番号", numbers[0], 4, 8), ("住民票コード", numbers[1], 5, 7)),
        (("転入前住所", person.previous_address, 4, 20),),
        (("備考", person.removed or person.remarks, 4, 20),),
    )
    return tuple(_row(person, height, *cells) for cells in rows)


def _moving_in(person: SnapshotPerson) -> tuple[Item, Item]:
    return ("住所を定めた年月日", person.address_set_on, 4, 8), ("届出の年月日", person.notified_on, 5, 7)


def _foreign_rows(person: SnapshotPerson, numbers: tuple[str, str], height: float) -> tuple[Row, ...]:
    rows = (
        (("通称", person.common_name, 4, 8), ("外国人住民となった年月日", person.became_resident_on, 5, 7)),
        _moving_in(person),
        (("国籍・地域", person.nationality, 4, 8), ("法第30条の45に規定する区分", person.residence_category, 5, 7)),
        (
            ("在留資格", person.residence_status, 4, 7),
            ("在留期間等", person.residence_period, 3, 2),
            ("満了の日", person.residence_expires_on, 3, 5),
        ),
        (
            ("在留カード等の番号", person.residence_card_number, 4, 5),
            ("個人番号", numbers[0], 3, 4),
            ("住民票コード", numbers[1], 4, 4),
        ),
        (("転入前住所", person.previous_address, 4, 20),),
    )
    return tuple(_row(person, height, *cells) for cells in rows)


def _individual_block(person: SnapshotPerson, numbers: Numbers, snapshot: Snapshot) -> tuple[Row, ...]:
    """The rows of the one-person layout (個人票): more room, moves within the town, removal and history."""
    middle = _foreign_rows if person.foreign else _japanese_rows
    rows = (
        _row(person, 6.0, (FIRST_LABEL, person.name_kana, 4, 20)),
        _row(person, 13.0, ("氏名", _full_name(person), 4, 20)),
        _row(
            person,
            8.0,
            ("生年月日", person.birth_date, 4, 8),
            ("性別", person.sex, 2, 3),
            ("続柄", person.relationship, 2, 5),
        ),
        *middle(person, _number_values(numbers, snapshot), 8.0),
        _row(person, 8.0, ("転居前住所", person.moved_address, 4, 20)),
    )
    history = tuple(
        Row((Cell(entry.on, f"{entry.reason}　{entry.text}".strip(), 6, 18, f"{person.name}さんの異動の履歴"),), 8.0)
        for entry in person.history
    )
    return rows + history
