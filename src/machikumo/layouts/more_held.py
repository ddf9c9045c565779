"""The rows of a quarantine file that no page lists yet, found by the file of reasons and read from the first file."""

from __future__ import annotations

import csv
import io
from itertools import groupby, islice
from typing import TYPE_CHECKING

from machikumo.kernel.files.actions import open_file
from machikumo.layouts.domain.blocks import Place
from machikumo.layouts.domain.quarantine import REASON_COLUMNS
from machikumo.layouts.domain.wide import readable
from machikumo.layouts.held import LISTED_A_RULE, LONGEST_ROW
from machikumo.layouts.models import HeldRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.models import MoveIn

_NAMES = {
    "規則": "rule", "項目キー": "item", "項目": "item_name", "値（伏字）": "value", "内容": "message_ja",
    "対処": "remedy_ja", "message": "message_en", "remedy": "remedy_en",
}  # fmt: skip


def rows_not_listed(scope: Scope, one: MoveIn, layout: Layout) -> list[tuple[Place, list[dict[str, str]]]]:
    """The next rows that are not listed, in the order of the file, at most as many as are listed at a time."""
    if one.reasons is None:
        return []
    listed = set(HeldRow.objects.within(scope).filter(move_in_id=one.pk).values_list("offset", flat=True))
    _, reasons = open_file(scope, token=one.reasons.token)
    _, source = open_file(scope, token=one.file.token)
    with reasons.open("rb") as told, source.open("rb") as file, readable(file, layout) as stream:
        fresh = (found for found in _told(told) if found[0].offset not in listed)
        return [
            (place._replace(raw=_bytes(stream, place.offset, length)), issues)
            for place, length, issues in islice(fresh, LISTED_A_RULE)
            if length <= LONGEST_ROW
        ]


def _told(stream: BinaryIO) -> Iterator[tuple[Place, int, list[dict[str, str]]]]:
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    rows = csv.DictReader(text)
    for _, lines in groupby(rows, key=lambda line: line[REASON_COLUMNS[0]]):
        issues = list(lines)
        first = issues[0]
        place = Place(int(first["元の行番号"]), int(first["元の物理行"]), int(first["バイト位置"]), b"")
        # a file of reasons that was written before lengths were told
        length = int(first.get("バイト数") or LONGEST_ROW + 1)
        yield place, length, [{name: line[heading] for heading, name in _NAMES.items()} for line in issues]


def _bytes(stream: BinaryIO, offset: int, length: int) -> bytes:
    stream.seek(offset)
    return stream.read(length)
