"""Reading a finished PDF by another library than the one that wrote it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_one_at_a_time = threading.Lock()  # PDFium is not made for threads


def page_texts(document: bytes) -> list[str]:
    """The text of each page, in the order in which it was drawn, exactly as the PDF gives it to a reader."""
    with _one_at_a_time:
        return [page.get_textpage().get_text_bounded() for page in _pages(document)]


def _pages(document: bytes) -> Iterator[Any]:
    import pypdfium2

    opened = pypdfium2.PdfDocument(document)
    try:
        yield from opened
    finally:
        opened.close()
