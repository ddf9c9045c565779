"""Typst as a pure function, with one compiler a process."""

from __future__ import annotations

import json
import os
import re
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.kernel.paper.errors import ForkedAfterUse, MissingGlyph, PaperBusy, PaperError, TextDoesNotFit
from machikumo.kernel.paper.glyphs import missing_characters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from machikumo.kernel.paper.fonts import PaperFonts

ROOT = Path(__file__).resolve().parents[2]  # templates of every room lie below, and import the kernel's library
STANDARDS = ["a-2a", "ua-1"]
PATIENCE = 20.0  # seconds that a thread waits for the process's compiler

_turn = threading.Lock()
_compilers: dict[PaperFonts, Any] = {}
_carried_over = False  # this process was forked from one that had compiled
_NOT_IN_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
_TOO_LONG = re.compile(r"does-not-fit:(.*?):end", re.DOTALL)


def render(template: Path, data: Mapping[str, Any], fonts: PaperFonts, *, moment: datetime) -> bytes:
    """The PDF (PDF/A-2a and PDF/UA-1) that the template makes of the data.

    ``template`` is a ``.typ`` file within the package; it reads the data as ``json(bytes(sys.inputs.data))``.
    ``moment`` (aware) becomes the document's date, so that the same input gives the same bytes.

    Raises:
        MissingGlyph: a character is in none of the fonts; its place is the path in the data.
        TextDoesNotFit: the template found a value too long for its place.
        PaperBusy: the process's compiler was busy for longer than 20 seconds.
        ForkedAfterUse: this process was forked from one that had already made paper.
        PaperError: the template is at fault.
    """
    for missing in missing_characters(data, fonts):
        raise MissingGlyph(missing.character, ".".join(map(str, missing.path)))
    inputs = {
        "data": json.dumps(data, ensure_ascii=False),
        "families": json.dumps(fonts.families, ensure_ascii=False),
    }
    with _compiler(fonts) as compiler:
        return _compile(compiler, template, inputs, int(moment.timestamp()))


def _compile(compiler: Any, template: Path, inputs: dict[str, str], moment: int) -> bytes:
    try:
        document: bytes = compiler.compile(
            input=str(template), format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=moment
        )
    except RuntimeError as fault:  # Typst's own errors are of this class too
        raise _explained(str(getattr(fault, "message", fault))) from fault
    return document


def _explained(message: str) -> PaperError:
    if lacking := _NOT_IN_FONT.search(message):
        return MissingGlyph(lacking.group(1), "用紙")
    if too_long := _TOO_LONG.search(message):
        return TextDoesNotFit(too_long.group(1))
    return PaperError(f"用紙を作成できません: {message}", f"The paper could not be made: {message}")


@contextmanager
def _compiler(fonts: PaperFonts) -> Iterator[Any]:
    """The process's own compiler for these fonts, for one thread at a time.

    A compiler used by two threads answers "Already borrowed", and after a fork it would wait for ever for threads
    that stayed in the parent (tried), so both are kept from happening.
    """
    import typst

    if _carried_over:
        raise ForkedAfterUse
    if not _turn.acquire(timeout=PATIENCE):
        raise PaperBusy
    try:
        if fonts not in _compilers:
            _compilers[fonts] = typst.Compiler(
                root=str(ROOT),
                font_paths=typst.Fonts(
                    include_system_fonts=False, include_embedded_fonts=False, font_paths=list(fonts.folders)
                ),
                ignore_system_fonts=True,
            )
        yield _compilers[fonts]
    finally:
        _turn.release()


def _after_fork() -> None:
    """In a forked child: another thread of the parent may have held the lock, and Typst's own threads are gone."""
    global _turn, _carried_over  # noqa: PLW0603 - both belong to the process
    _turn = threading.Lock()
    _carried_over = _carried_over or bool(_compilers)
    _compilers.clear()


os.register_at_fork(after_in_child=_after_fork)
