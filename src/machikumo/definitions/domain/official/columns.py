"""Which column of a sheet is which: by the words of its one or two heading rows, wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.definitions.domain.official.grid import label

if TYPE_CHECKING:
    from machikumo.definitions.domain.official.grid import Grid

# heading words (without width and spaces) to the field of an item
FIELDS = {
    "データ項目ID": "id", "データ項目": "name", "データ項目(ローマ字)": "romaji",
    "名称": "group", "グループ": "group", "グループ名称": "group", "グループ_名称": "group",
    "主キー": "primary_key", "外部キー": "foreign_key", "LV1": "class1", "LV2": "class2", "LV3": "class3",
    "データ型": "type", "桁数": "length", "コード": "codes", "繰り返し": "occurrences",
    "データ出力条件": "required", "項目定義": "definition", "項目説明": "explanation",
    "標準仕様書関連箇所": "reference", "実装類型": "output_item", "サンプル値": "sample", "備考": "remarks",
}  # fmt: skip
NEEDED = {"id", "name", "type", "length", "required"}
CODE_FIELDS = {
    "コードID": "number", "コード名": "name", "コード値": "code", "コード値の内容": "meaning", "内容": "meaning",
    "備考": "remarks",
}  # fmt: skip
CODE_NEEDED = {"number", "name", "code", "meaning"}
_OVER_SEVERAL = {"クラス分類", "グループ"}
_SEARCHED = 30


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of each field, and the first row below the heading."""

    columns: dict[str, tuple[int, ...]]
    first: int

    def column(self, field: str) -> int:
        """The (first) column of a field; 0 when the sheet has none."""
        return self.columns.get(field, (0,))[0]


def item_heading(grid: Grid) -> Heading | None:
    """The heading of a sheet of items, or None when the sheet is another."""
    for row in range(1, min(grid.height, _SEARCHED) + 1):
        found = _row(grid, row, FIELDS)
        if "id" not in found:
            continue
        below = _row(grid, row + 1, FIELDS)
        found = below | found
        if "group" in below:  # the name of the group stands below the word グループ
            found["group"] = below["group"]
        if set(found) >= NEEDED:
            return Heading(found, _take_heading(grid, row, FIELDS))
    return None


def code_heading(grid: Grid) -> Heading | None:
    """The heading of a sheet of code lists, or None when the sheet is another."""
    for row in range(1, min(grid.height, _SEARCHED) + 1):
        found = _row(grid, row, CODE_FIELDS)
        if set(found) >= CODE_NEEDED:
            return Heading(found, _take_heading(grid, row, CODE_FIELDS))
    return None


def _row(grid: Grid, row: int, words: dict[str, str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for column in range(1, grid.width + 2):
        field = words.get(label(grid.text(row, column)))
        if field and (field == "id" or field not in found):
            found[field] = (*found.get(field, ()), column)
    return found


def _take_heading(grid: Grid, row: int, words: dict[str, str]) -> int:
    """Mark the heading as understood and return the first row below it: a second row counts if it is of headings."""
    known = set(words) | _OVER_SEVERAL
    texts = [text for column in range(1, grid.width + 1) if (text := grid.text(row + 1, column))]
    first = row + 2 if all(label(text) in known for text in texts) else row + 1
    for heading in range(row, first):
        for column in range(1, grid.width + 1):
            if label(grid.text(heading, column)) in known:
                grid.take(heading, column)
    return first
