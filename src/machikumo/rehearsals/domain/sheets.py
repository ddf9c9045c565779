"""Reading the old system's count sheet from a CSV or an Excel file: name of the line, count, reason."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from machikumo.rehearsals.domain.counting import CountLine

LARGEST = 50 * 1024 * 1024  # bytes that a workbook may unpack to
_NUMBER = re.compile(r"-?\d+(?:\.0+)?")
_LONGEST = 400
Told = dict[str, tuple["int | None", str]]


class UnreadableSheet(MachikumoError):
    """The file is neither a CSV text nor an Excel workbook."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """What a file told: count and reason by line key, and the names of rows that fit no line of the sheet."""

    told: Told = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def read_sheet(data: bytes, lines: Sequence[CountLine]) -> ReadSheet:
    """The old system's counts of a file's bytes, matched to the lines by name or key (widths and spaces aside).

    Raises UnreadableSheet when the file cannot be read, or a matched row has something else than a whole number.
    """
    names = {_plain(name): line.key for line in lines for name in (line.title_ja, line.title_en, line.key)}
    told: Told = {}
    unknown: list[str] = []
    for name, count, reason in _rows(data):
        key = names.get(_plain(name))
        if key is not None:
            told[key] = (_count(name, count), reason[:_LONGEST])
        elif _NUMBER.fullmatch(_digits(count)):
            unknown.append(name)
    return ReadSheet(told, tuple(unknown))


def _rows(data: bytes) -> Iterator[tuple[str, str, str]]:
    table = _workbook(data) if data.startswith(b"PK") else _text(data)
    for row in table:
        cells = [str(cell).strip() for cell in row]
        if cells and cells[0]:
            name, count, reason, *_rest = [*cells, "", ""]
            yield name, count, reason


def _text(data: bytes) -> Iterable[Sequence[str]]:
    for charset in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return csv.reader(io.StringIO(text, newline=""))
    raise UnreadableSheet(
        "件数表を読めません。CSV（UTF-8かShift_JIS）またはExcel（xlsx）で保存し直してください。",
        "The count sheet cannot be read: save it as CSV (UTF-8 or Shift_JIS) or Excel (xlsx).",
    )


def _workbook(data: bytes) -> Iterable[Sequence[Any]]:
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST:
                raise UnreadableSheet("件数表としては大きすぎます。", "Too large for a count sheet.")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
        raise UnreadableSheet(
            f"Excelファイルとして読めません（{error}）。xlsxで保存し直してください。",
            f"It cannot be read as a workbook ({error}): save it as xlsx.",
        ) from error
    return [[_cell(cell) for cell in row] for row in sheet]


def _cell(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _count(name: str, text: str) -> int | None:
    digits = _digits(text)
    if not digits:
        return None
    if not _NUMBER.fullmatch(digits) or digits.startswith("-"):
        raise UnreadableSheet(
            f"「{name}」の件数「{text[:40]}」は0以上の整数ではありません。", f"{name}: '{text[:40]}' is no count."
        )
    return int(digits.split(".")[0])


def _digits(text: str) -> str:
    """The number without thousands separators and units, full width or half."""
    return re.sub(r"[,\s人件行世帯]", "", unicodedata.normalize("NFKC", text))


def _plain(name: str) -> str:
    """A line's name as it is compared: no name of a person, so widths may be folded."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
