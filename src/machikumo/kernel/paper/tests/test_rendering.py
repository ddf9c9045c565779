"""Paper: pure, one compiler a process, and never another shape than the one that was asked for."""

from __future__ import annotations

import multiprocessing
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from machikumo.kernel.paper import (
    MissingGlyph,
    PaperBusy,
    PaperError,
    TextDoesNotFit,
    name_fonts,
    page_texts,
    qr_svg,
    render,
    rendering,
)
from machikumo.kernel.paper.fonts import PaperFont, PaperFonts
from machikumo.kernel.paper.glyphs import coverage

HERE = Path(__file__).parent
SAMPLE, CHARACTERS = HERE / "sample.typ", HERE / "characters.typ"
MOMENT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
KATSURAGI = "葛\U000e0102城"
AT_ONCE = 600


def is_private(sign: str) -> bool:
    return "\ue000" <= sign <= "\uf8ff"


def text_of(document: bytes) -> str:
    return "".join("".join(page_texts(document)).split())


def make(name: str) -> bytes:
    return render(SAMPLE, {"name": name}, name_fonts(), moment=MOMENT)


@pytest.mark.parametrize("name", [KATSURAGI, "邉\U000e010f見", "髙﨑𠮷野", "辻\U000e0103", "神\ufa19"])
def test_a_name_survives_in_all_thirteen_contexts(name: str) -> None:
    parts = re.split(r'["“”]\d+["“”]', text_of(make(name)))
    assert len(parts) == 14
    assert all(name in part for part in parts[:13])


def test_the_same_input_gives_the_same_bytes() -> None:
    assert make(KATSURAGI) == make(KATSURAGI)


def test_the_document_says_that_it_is_archivable_and_accessible() -> None:
    document = make(KATSURAGI)
    assert b"pdfaid" in document
    assert b"pdfuaid" in document


def test_a_character_that_no_font_has_is_refused_and_named() -> None:
    with pytest.raises(MissingGlyph) as refused:
        make("山田\U0001f600")
    assert refused.value.character == "\U0001f600"
    assert refused.value.place == "name"
    assert "U+1F600" in refused.value.message_ja


def test_a_selector_of_another_collection_is_refused_though_typst_would_print_the_plain_character() -> None:
    with pytest.raises(MissingGlyph) as refused:
        make("葛\U000e0100城")
    assert refused.value.character == "葛\U000e0100"


def test_typsts_own_refusal_is_the_same_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "missing_characters", lambda *_: [])
    with pytest.raises(MissingGlyph) as refused:
        make("山田\U0001f600")
    assert refused.value.character == "\U0001f600"


def test_text_that_looks_like_markup_is_only_text() -> None:
    name = '#panic("x") *太* $1+1$ \\ #import "/x.typ"'
    assert "".join(name.split()) in text_of(make(name))


def test_a_value_that_does_not_fit_is_refused_and_named_never_cut() -> None:
    with pytest.raises(TextDoesNotFit) as refused:
        make("葛" * 400)
    assert refused.value.place == "氏名"


def test_a_fault_of_the_template_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(PaperError) as refused:
        render(HERE / "missing.typ", {"name": "x"}, name_fonts(), moment=MOMENT)
    assert refused.value.status == 500
    assert tmp_path.exists()


def test_eight_threads_share_the_compiler_and_nothing_is_mixed_or_refused() -> None:
    names = [f"{KATSURAGI}{number}番" for number in range(80)]
    with ThreadPoolExecutor(8) as pool:
        documents = list(pool.map(make, names))
    assert all(name in text_of(document) for name, document in zip(names, documents, strict=True))


def test_a_thread_that_waits_too_long_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "PATIENCE", 0.01)
    lock = rendering._turn
    with lock, pytest.raises(PaperBusy):
        make(KATSURAGI)
    assert not lock.locked()


def _answer_of_child(queue: Any) -> None:
    try:
        queue.put(text_of(make(KATSURAGI)))
    except PaperError as refused:
        queue.put(type(refused).__name__)


def _run(method: str) -> str:
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    child = context.Process(target=_answer_of_child, args=(queue,))
    child.start()
    answer: str = queue.get(timeout=60)
    child.join()
    return answer


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_forked_after_use_refuses_at_once_instead_of_waiting_for_ever() -> None:
    make(KATSURAGI)
    with rendering._turn:
        assert _run("fork") == "ForkedAfterUse"


def test_a_process_started_afresh_makes_paper_with_its_own_compiler() -> None:
    assert KATSURAGI in _run("spawn")


def test_every_character_and_sequence_of_the_font_comes_back_from_the_paper_exactly() -> None:
    """All 54,566 characters and 11,474 variation sequences that IPAmj Mincho 005.01 holds."""
    held = coverage(name_fonts().faces[0])
    plain = {sign for sign in held.glyphs if len(sign) == 1 and not sign.isspace() and sign not in "()"}
    signs = sorted(sign for sign in plain if sign > " " and not "\x7f" <= sign <= "\xa0" and not is_private(sign))
    signs += sorted(held.sequences, key=lambda sequence: sequence[::-1])  # one spelling of a shape a paper
    assert len(signs) > 15_000
    for start in range(0, len(signs), AT_ONCE):
        part = signs[start : start + AT_ONCE]
        document = render(CHARACTERS, {"signs": part}, name_fonts(), moment=MOMENT)
        assert text_of(document) == "".join(f"({sign})" for sign in part)


def test_two_spellings_of_one_shape_on_one_paper_do_not_come_back_alike_so_that_the_reading_back_refuses_it() -> None:
    """侮 with U+FE00 and with U+E0103 is one figure of the font; a PDF knows one text for a figure (89 such pairs)."""
    document = render(CHARACTERS, {"signs": ["侮\ufe00", "侮\U000e0103"]}, name_fonts(), moment=MOMENT)
    assert text_of(document) != "(侮\ufe00)(侮\U000e0103)"


def test_a_face_without_the_sequence_is_passed_over_for_one_that_has_it() -> None:
    ipamj = name_fonts().faces[0]
    noto = PaperFont("Noto Serif CJK JP", Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"))
    both = PaperFonts((ipamj, noto))
    assert both.folders == [ipamj.file.parent, noto.file.parent]
    assert not coverage(ipamj).holds("葛\U000e0100")


def test_a_qr_code_is_a_picture_that_typst_takes() -> None:
    assert qr_svg("https://localhost/182079/verify/abc/").startswith("<svg")


def test_reading_back_from_many_threads_gives_each_its_own_text() -> None:
    documents = {name: make(name) for name in ("甲野", "乙川", "丙山")}
    found: list[tuple[str, str]] = []

    def read(name: str) -> None:
        found.extend((name, text_of(documents[name])) for _ in range(10))

    threads = [threading.Thread(target=read, args=(name,)) for name in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 30
    assert all(name in text for name, text in found)
