"""Where user-defined characters are used: cells, people and columns of each, from texts with their keys."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.gaiji.domain.errors import UnreadableFile
from machikumo.gaiji.domain.fonts import PRIVATE_AREA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Text = tuple[str, str, str]  # key of the person, name of the column, text

CHARSETS = ("cp932", "utf-8-sig", "utf-16")


@dataclass(frozen=True, slots=True)
class Use:
    """How one character is used: ``cells`` that contain it, different ``people``, and cells by column."""

    code: int
    cells: int
    people: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Inventory:
    """The uses of all characters, most people first; ``cells`` and ``people`` have at least one of them."""

    uses: tuple[Use, ...]
    texts: int
    cells: int
    people: int


def inventory(texts: Iterable[Text]) -> Inventory:
    """The inventory of texts given as (key of the person, column, text); a character counts once a cell.

    Memory grows with the people who have such a character, not with the texts.
    """
    columns: defaultdict[int, Counter[str]] = defaultdict(Counter)
    people: defaultdict[int, set[str]] = defaultdict(set)
    read = with_any = 0
    for person, column, text in texts:
        read += 1
        found = codes_in(text)
        with_any += bool(found)
        for code in found:
            columns[code][column] += 1
            people[code].add(person)
    uses = [Use(code, sum(count.values()), len(people[code]), dict(count)) for code, count in columns.items()]
    uses.sort(key=lambda use: (-use.people, -use.cells, use.code))
    return Inventory(tuple(uses), read, with_any, len(set().union(*people.values())))


def codes_in(text: str) -> frozenset[int]:
    """The code points of user-defined characters in a text."""
    if text.isascii():
        return frozenset()
    return frozenset(code for sign in text if (code := ord(sign)) in PRIVATE_AREA)


def texts_of(stream: BinaryIO, *, charset: str, key_column: str, delimiter: str = ",") -> Iterator[Text]:
    """Yield the texts of a delimited file with a header line: every cell with the person's key and its column.

    ``key_column`` is the heading of the column that tells one person from another (宛名番号). The bytes must be of the
    charset to the last one: nothing is skipped or replaced.

    Raises:
        UnreadableFile: the charset is wrong, the column is not there, or a line has another number of columns.
    """
    with TextIOWrapper(stream, encoding=charset, errors="strict", newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            yield from _cells(reader, key_column)
        except UnicodeError:
            raise UnreadableFile(
                f"{reader.line_num}行目より後に {charset} ではないバイトがあります。文字コードを確かめてください。",
                f"After line {reader.line_num} there are bytes that are not {charset}: check the character set.",
            ) from None
        except csv.Error:
            raise UnreadableFile(
                f"{reader.line_num}行目の近くで、引用符の対応が正しくありません。",
                f"Near line {reader.line_num} the quotes do not match.",
            ) from None


def _cells(reader: Any, key_column: str) -> Iterator[Text]:
    header: list[str] = next(reader, [])
    if key_column not in header:
        raise UnreadableFile(
            f"1行目に見出し「{key_column}」がありません。宛名番号などの見出しを指定してください。",
            f"The first line has no heading '{key_column}': name the column of the person's number.",
        )
    place = header.index(key_column)
    for number, row in enumerate(reader, 2):
        if not row:
            continue
        if len(row) != len(header):
            raise UnreadableFile(
                f"{number}件目の列の数が {len(row)} です（見出しは {len(header)}）。",
                f"Record {number} has {len(row)} columns, the heading {len(header)}.",
            )
        for column, text in zip(header, row, strict=True):
            yield row[place], column, text
