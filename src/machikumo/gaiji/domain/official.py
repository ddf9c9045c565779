"""The official table of reduced forms (MJ縮退マップ), read from the town's own download; not part of this product.

Its licence is share-alike, so it never lies in the repository. A figure without an entry, and the sign that means
"none", give nothing: a form is never made up.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.gaiji.domain.decisions import Ground, ReducedTo, is_in
from machikumo.gaiji.domain.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GROUNDS = {
    "JIS包摂規準・UCS統合規則": Ground.UNIFICATION,
    "法務省戸籍法関連通達・通知": Ground.NOTICE,
    "法務省告示582号別表第四": Ground.PUBLIC_NOTICE_582,
    "辞書類等による関連字": Ground.DICTIONARY,
    "読み・字形による類推": Ground.ANALOGY,
}
LARGEST = 128 << 20
_OTHER_CHARACTER = "別字"  # the notice itself says: not the same character


@dataclass(frozen=True, slots=True)
class Reduction:
    """One reduced form of a figure; ``order`` counts from 0, the strongest ground first."""

    figure: str
    text: str
    reduced_to: ReducedTo
    ground: Ground
    order: int


def reductions(data: bytes) -> list[Reduction]:
    """The reduced forms of an official JSON file, in the file's order of figures.

    Raises:
        UnreadableFile: it is not that file, or too large.
    """
    if len(data) > LARGEST:
        raise UnreadableFile("ファイルが大きすぎます。", "The file is too large.")
    try:
        content = json.loads(data.decode("utf-8-sig"))["content"]
        found = [one for record in content for one in _of_record(record)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFile(
            f"MJ縮退マップ（JSON）として読めません。公式のファイルをそのまま選んでください。（{type(error).__name__}）",
            f"This cannot be read as the official table of reduced forms (JSON): {type(error).__name__}.",
        ) from None
    if not found:
        raise UnreadableFile("縮退先が1つもありません。", "The table holds no reduced form.")
    return found


def _of_record(record: Mapping[str, Any]) -> Iterator[Reduction]:
    figure, seen = str(record["MJ文字図形名"]), set[str]()
    for heading, ground in GROUNDS.items():
        for entry in record.get(heading, ()):
            text = _character(entry)
            reduced_to = next((one for one in reversed(ReducedTo) if is_in(text, one)), None)
            if text in seen or reduced_to is None or entry.get("付記") == _OTHER_CHARACTER:
                continue
            yield Reduction(figure, text, reduced_to, ground, len(seen))
            seen.add(text)


def _character(entry: Mapping[str, Any]) -> str:
    written = str(entry["UCS"])
    if not re.fullmatch(r"U\+[0-9A-F]{4,6}", written):
        raise ValueError(written)
    return chr(int(written.removeprefix("U+"), 16))
