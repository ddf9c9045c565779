"""One row of an item sheet becomes one item; what cannot be read is told and kept word for word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from machikumo.definitions.domain.document import ItemSheet, Unread
from machikumo.definitions.domain.official.codes import number_of
from machikumo.definitions.domain.official.grid import cell_name, place_of
from machikumo.layouts.domain.definition import ItemType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.definitions.domain.document import CodeSheet
    from machikumo.definitions.domain.official.columns import Heading
    from machikumo.definitions.domain.official.grid import Grid

MARK = "○"
REQUIRED = {"必須": "required", "条件付き必須": "conditional", "任意": "optional"}
NO_CONDITION = "（条件の記載なし）"
LONGEST, LONGEST_DECIMAL = 4000, "18,9"
_MARKS = {MARK, "◯", "〇"}
_FORMS = {"DATE": 10, "TIME": 8, "YEAR": 4, "BOOL": 1}
_PERSONAL = {"X", "N", "DATE", "TEXT", "WAREKI"}
_NUMBERS = {"個人番号": "individual_number", "住民票コード": "resident_record_code"}
_CONDITION = re.compile(r"※※([^\n]*)")


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one sheet, one field after the other, and gathers what it could not read."""

    grid: Grid
    heading: Heading
    codes: Mapping[str, CodeSheet]
    row: int = 0
    unread: list[Unread] = field(default_factory=list)

    def item(self, row: int, group: str, key: str) -> ItemSheet:
        """The item of a row; ``key`` is its identifier."""
        self.row = row
        name, kind = self._text("name"), self._type()
        length, (required, explanation, condition) = self._length(kind), self._requirement()
        codes, code_text = self._codes()
        uncertain = kind == "DATE" and "不詳日を許容" in explanation
        found = ItemSheet(
            id=item_id(self.grid, self.heading, row), key=key, name=name, romaji=self._text("romaji"), group=group,
            type=kind, length=length, required=required, condition_text=condition, codes=codes, code_text=code_text,
            check_digit=_NUMBERS.get(name, ""), occurrences=self._occurrences(), primary_key=self._mark("primary_key"),
            foreign_key=self._mark("foreign_key"), sensitivity=_sensitivity(name, kind, codes),
            severity="warning" if uncertain else "error", classes=self._classes(), definition=self._text("definition"),
            explanation=explanation, reference=self._text("reference"), output_item=self._mark("output_item"),
            sample=self._text("sample"), remarks=self._text("remarks"),
        )  # fmt: skip
        return replace(found, confirmed=not any(place_of(cell.cell)[0] == row for cell in self.unread))

    def tell(self, name: str, reason: str) -> None:
        """Keep the cell of a field word for word, with the reason why it is not in the model as it stands."""
        place = (self.row, self.heading.column(name))
        self.unread.append(Unread(self.grid.title, cell_name(place), self.grid.text(*place), reason))

    def _text(self, name: str) -> str:
        column = self.heading.column(name)
        return self.grid.take(self.row, column) if column else ""

    def _word(self, name: str) -> str:
        return unicodedata.normalize("NFKC", self._text(name)).strip()

    def _type(self) -> str:
        word = self._word("type").upper()
        if word in set(ItemType):
            return word
        self.tell("type", "type")
        return ItemType.TEXT.value

    def _length(self, kind: str) -> int | str:
        word = self._word("length").replace("、", ",").replace(" ", "")
        decimal = kind == "9V"
        if re.fullmatch(r"[0-9]+,[1-9][0-9]*" if decimal else r"[0-9]+", word):
            return word if decimal else int(word)
        if decimal and re.fullmatch(r"[0-9]+(?:,0)?", word):
            self.tell("length", "no_fraction")
            return f"{word.removesuffix(',0')},9"
        if not word and kind in _FORMS:
            return _FORMS[kind]
        self.tell("length", "length")
        return LONGEST_DECIMAL if decimal else LONGEST

    def _requirement(self) -> tuple[str, str, str]:
        """The requirement, the explanation, and the condition in words: the lines of it that begin with ※※."""
        word, explanation = self._text("required").strip(), self._text("explanation")
        if word not in REQUIRED:
            self.tell("required", "required")
        if REQUIRED.get(word) != "conditional":
            return REQUIRED.get(word, "optional"), explanation, ""
        condition = "\n".join(part.strip() for part in _CONDITION.findall(explanation) if part.strip())
        if not condition:
            self.tell("explanation", "condition_missing")
        return "conditional", explanation, condition or NO_CONDITION

    def _mark(self, name: str) -> bool:
        word = self._text(name).strip()
        if word and word not in _MARKS:
            self.tell(name, "mark")
        return word in _MARKS

    def _occurrences(self) -> int:
        word = self._word("occurrences")
        if word and not re.fullmatch(r"[1-9][0-9]*", word):
            self.tell("occurrences", "occurrences")
            return 1
        return int(word or 1)

    def _codes(self) -> tuple[str, str]:
        word = self._text("codes").strip()
        if not word:
            return "", ""
        found = self.codes.get(number_of(unicodedata.normalize("NFKC", word)))
        if found is None:
            self.tell("codes", "no_code_list")
            return "", word
        return found.key, "" if found.number == word else word

    def _classes(self) -> tuple[str, ...]:
        found = [self._text(f"class{level}") for level in (1, 2, 3)]
        while found and not found[-1]:
            found.pop()
        return tuple(found)


def item_id(grid: Grid, heading: Heading, row: int) -> str:
    """The id of a row: 8 digits, from one cell or from a business code and a number in two; "" when it has none."""
    columns = heading.columns["id"]
    parts = [unicodedata.normalize("NFKC", grid.text(row, column).strip()) for column in columns]
    if not all(parts):
        return ""
    for column in columns:
        grid.take(row, column)
    if len(parts) == 2 and all(part.isdigit() for part in parts):  # noqa: PLR2004 - business and number
        return f"{int(parts[0]):03d}{int(parts[1]):05d}"
    return "".join(parts)


def _sensitivity(name: str, kind: str, codes: str) -> str:
    if name in _NUMBERS:
        return "vault"
    return "personal" if kind in _PERSONAL and not codes else "plain"
