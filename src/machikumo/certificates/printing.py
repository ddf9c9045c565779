"""From frozen facts to the finished paper, and back to its text: the two libraries behind one door each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.certificates.domain.comparison import compare
from machikumo.certificates.domain.sheets import paper_of
from machikumo.kernel.paper import MissingGlyph, missing_characters, name_fonts, page_texts, qr_svg, render

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from machikumo.certificates.domain.comparison import Mismatch
    from machikumo.certificates.domain.ports import Numbers
    from machikumo.certificates.domain.snapshot import Snapshot

TEMPLATE = Path(__file__).parent / "paper" / "residence.typ"


def print_certificate(snapshot: Snapshot, numbers: Mapping[int, Numbers], *, moment: datetime) -> bytes:
    """The PDF of the frozen facts; the same facts, numbers and moment give the same bytes.

    Raises:
        MissingGlyph, TextDoesNotFit: the place names the person and the item.
    """
    data = paper_of(snapshot, numbers).to_json()
    check_characters(data)
    return render(TEMPLATE, data | {"qr_svg": qr_svg(snapshot.verification_url)}, name_fonts(), moment=moment)


def check_characters(data: Mapping[str, Any]) -> None:
    """Raise MissingGlyph, with the person and the item, for the first character that the fonts lack."""
    for missing in missing_characters(data, name_fonts()):
        raise MissingGlyph(missing.character, place_of(data, missing.path))


def place_of(data: Any, path: tuple[str | int, ...]) -> str:
    """Whose item a path leads to: the place of the cell it passes through, else the path's own words."""
    place = ""
    for step in path:
        data = data[step]
        if isinstance(data, dict):
            place = data.get("place", place)
    return place or "・".join(map(str, path))


def differences(snapshot: Snapshot, document: bytes, numbers: Mapping[int, Numbers]) -> tuple[int, list[Mismatch]]:
    """How many sheets the finished paper has, and every difference between it and the frozen facts."""
    pages = page_texts(document)
    return len(pages), compare(snapshot, pages, numbers)
