"""The question sheet (質問票) as a workbook: written for one party, and read back with its answers. Needs openpyxl."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from machikumo.kernel.text import calm
from machikumo.questions.domain.errors import QuestionError
from machikumo.questions.domain.rules import UNSETTLED, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADINGS = (
    "番号", "識別", "状態", "質問者", "対象", "件名", "質問", "期限", "これまでのやりとり", "回答（ここに記入）",
)  # fmt: skip
TITLE = "質問票"
NUMBER, TOKEN, ANSWER = 0, 1, 9
MOST_ROWS, LARGEST, LONGEST_ANSWER = 10_000, 20_000_000, 4_000
_WIDTHS = (8, 12, 10, 14, 28, 28, 48, 12, 48, 60)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class WrongSheet(QuestionError):
    """The file is no question sheet."""


class Verdict(StrEnum):
    """What becomes of a row of an answered sheet."""

    TAKEN = "taken"
    EMPTY = "empty"
    SAME = "same"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    DOUBLE = "double"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Line:
    """One question as the sheet shows it."""

    number: int
    token: str
    state: str
    asked_by: str
    about: str
    title: str
    body: str
    due_on: str
    thread: str


@dataclass(frozen=True, slots=True)
class Known:
    """What must be known of a question to judge a row: its token, where it stands, the last answer of the party."""

    token: str
    state: State
    last_answer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answered sheet with its verdict; ``place`` is the row in the sheet."""

    place: int
    number: str
    answer: str
    verdict: Verdict


def write_sheet(lines: Iterable[Line], *, heading: str) -> bytes:
    """Return the workbook of one party's questions; what begins like a formula is calmed."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = TITLE
    sheet.append([_cell(heading)])
    sheet.append(list(HEADINGS))
    for line in lines:
        values = (
            line.number, line.token, line.state, line.asked_by, line.about, line.title, line.body, line.due_on,
            line.thread, "",
        )  # fmt: skip
        sheet.append([_cell(value) if isinstance(value, str) else value for value in values])
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE8F5")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "C3"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(text: str) -> str:
    return calm(_CONTROL.sub("", text))[:32_767]


def read_sheet(data: bytes) -> list[tuple[int, str, str, str]]:
    """Return place, number, token and answer of each filled row of a question sheet.

    Raises:
        WrongSheet: it is no workbook, has other headings, or more rows than any log.
    """
    import zipfile

    import openpyxl

    if len(data) > LARGEST:
        raise WrongSheet("ファイルが大きすぎます（上限20MB）。", "The file is too large (20 MB).")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise WrongSheet("Excelファイル（xlsx）として読めません。", "This is no Excel file (xlsx).") from error
    grid = _grid(book)
    heads = next((place for place, row in enumerate(grid) if tuple(row[: len(HEADINGS)]) == HEADINGS), None)
    if heads is None:
        raise WrongSheet(
            "質問票の見出しがありません。ここから書き出した質問票に回答を記入したものを選んでください。",
            "The headings of a question sheet are missing: choose the sheet that was exported here.",
        )
    return [
        (place, row[NUMBER], row[TOKEN], row[ANSWER])
        for place, row in enumerate(grid[heads + 1 :], heads + 2)
        if any(row)
    ]


def _grid(book: Any) -> list[list[str]]:
    found: list[list[str]] = []
    for row in book.worksheets[0].iter_rows(max_col=len(HEADINGS), values_only=True):
        if len(found) > MOST_ROWS:
            raise WrongSheet("行が多すぎます。", "There are too many rows.")
        cells = [_text(value) for value in row]
        found.append([*cells, *[""] * (len(HEADINGS) - len(cells))])
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _CONTROL.sub("", str(value)).strip()


def judged(rows: Sequence[tuple[int, str, str, str]], known: Mapping[int, Known]) -> list[Row]:
    """Return each row with what becomes of it; ``known`` are the questions of the party, by number."""
    seen: set[str] = set()
    found = []
    for place, number, token, answer in rows:
        verdict = _verdict(number, token, answer, known)
        if verdict is Verdict.TAKEN and number in seen:
            verdict = Verdict.DOUBLE
        if verdict is Verdict.TAKEN:
            seen.add(number)
        found.append(Row(place, number, answer, verdict))
    return found


def _verdict(number: str, token: str, answer: str, known: Mapping[int, Known]) -> Verdict:
    one = known.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None  # noqa: PLR2004 - as a number of the log
    if one is None or one.token != token:
        return Verdict.UNKNOWN
    if not answer:
        return Verdict.EMPTY
    if len(answer) > LONGEST_ANSWER:
        return Verdict.LONG
    if answer == one.last_answer:
        return Verdict.SAME
    return Verdict.TAKEN if one.state in UNSETTLED else Verdict.SETTLED
