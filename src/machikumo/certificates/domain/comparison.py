"""Reading the finished paper back: does it say what was asked, all of it, and nothing else.

The machine's version of the clerk who reads the paper before handing it over. Facts are compared with the snapshot
itself, the rest word for word with the composed sheet, so that neither a stray line nor another page passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.certificates.domain.dates import read_back
from machikumo.certificates.domain.sheets import A_SHEET, FIRST_LABEL, NO_NUMBERS, NUMBER_LABEL, paper_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from machikumo.certificates.domain.ports import Numbers
    from machikumo.certificates.domain.sheets import Paper, Row, Sheet
    from machikumo.certificates.domain.snapshot import Snapshot, SnapshotPerson

_SPACE = re.compile(r"\s+")
_LINE_END_HYPHEN = re.compile("[\x02\u00ad\ufffe]")  # what PDF readers make of a hyphen at the end of a line
_BIRTH = re.compile("生年月日(.{1,20}?日)")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference between the request and the finished paper; ``page`` counts from 1."""

    page: int
    field: str
    expected: str
    found: str


def plain(text: str) -> str:
    """The text without blanks and line ends, as both sides are compared; selectors stay."""
    return _SPACE.sub("", _LINE_END_HYPHEN.sub("-", text))


def compare(
    snapshot: Snapshot, extracted: Sequence[str], numbers: Mapping[int, Numbers] | None = None
) -> list[Mismatch]:
    """Every difference between the frozen facts and the text of the finished paper's pages; empty when they agree.

    ``numbers`` are those that were opened for this printing, by person id.
    """
    paper = paper_of(snapshot, numbers or {})
    pages = [plain(text) for text in extracted]
    if len(pages) != len(paper.sheets):
        return [Mismatch(0, "pages", str(len(paper.sheets)), str(len(pages)))]
    size = A_SHEET[snapshot.options.layout]
    found: list[Mismatch] = []
    for position, (page, sheet) in enumerate(zip(pages, paper.sheets, strict=True)):
        people = snapshot.persons[position * size : (position + 1) * size]
        found += _facts(snapshot, people, page, position + 1, numbers or {})
        found += _words(paper, sheet, page, position + 1)
    return found


def _facts(
    snapshot: Snapshot,
    people: Sequence[SnapshotPerson],
    page: str,
    number: int,
    numbers: Mapping[int, Numbers],
) -> Iterator[Mismatch]:
    """Number, municipality, address and each person's own items, straight from the snapshot."""
    for field, expected in (
        ("number", NUMBER_LABEL + snapshot.number),
        ("municipality", snapshot.issuer.mayor_title),
        ("address", snapshot.address),
    ):
        if plain(expected) not in page:
            yield Mismatch(number, field, expected, "")
    blocks = page.split(FIRST_LABEL)[1:]
    if len(blocks) != len(people):
        yield Mismatch(number, "persons", str(len(people)), str(len(blocks)))
        return
    for person, block in zip(people, blocks, strict=True):
        yield from _person(person, block, number, numbers.get(person.person_id, NO_NUMBERS))


def _person(person: SnapshotPerson, block: str, page: int, numbers: Numbers) -> Iterator[Mismatch]:
    name = plain(person.name or person.name_roman)
    if f"氏名{name}性別" not in block and f"氏名{name}生年月日" not in block:
        yield Mismatch(page, "name", person.name, _between(block, "氏名", ("性別", "生年月日")))
    birth = _BIRTH.search(block)
    if person.birth_date_iso and (birth is None or read_back(birth.group(1)) != person.birth_date_iso):
        yield Mismatch(page, "birth_date", person.birth_date_iso, birth.group(1) if birth else "")
    for field, value in (
        ("individual_number", numbers.individual_number),
        ("resident_record_code", numbers.resident_record_code),
    ):
        if value and value not in block:
            yield Mismatch(page, field, "＊＊＊＊", "")  # a number is never put into a message


def _between(text: str, start: str, ends: tuple[str, ...]) -> str:
    after = text.partition(start)[2]
    return min((after.partition(end)[0] for end in ends), key=len)


def _words(paper: Paper, sheet: Sheet, page: str, number: int) -> Iterator[Mismatch]:
    """The whole page, word for word in the order of drawing."""
    expected = "".join(plain(word) for word in words_of(paper, sheet))
    if expected != page:
        at = next((place for place, (a, b) in enumerate(zip(expected, page, strict=False)) if a != b), None)
        place = min(len(expected), len(page)) if at is None else at
        yield Mismatch(number, "text", _masked(expected[place : place + 12]), _masked(page[place : place + 12]))


def _masked(text: str) -> str:
    return re.sub(r"\d", "＊", text)


def words_of(paper: Paper, sheet: Sheet) -> Iterator[str]:
    """Every word of a sheet in the order in which the template draws it."""
    yield from paper.watermark
    yield from (paper.title, paper.form, NUMBER_LABEL, paper.number, sheet.page_mark)
    for row in sheet.header:
        yield from _row_words(row)
    for block in sheet.blocks:
        for row in block:
            yield from _row_words(row)
    yield from (sheet.rest, paper.certification, paper.date, paper.mayor_title, paper.mayor_name, paper.seal)
    yield from (paper.verification_title, paper.verification_url, paper.binding)


def _row_words(row: Row) -> Iterator[str]:
    for cell in row.cells:
        yield cell.label
        yield cell.value
