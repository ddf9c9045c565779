import gzip
import re

import pytest
from pytest_django.fixtures import Settings

from machikumo.kernel.ui import bundle as bundles
from machikumo.kernel.ui.bundle import bundle, made, script_files, style_files

STYLES = {file.name: file.read_text("utf-8") for file in style_files()}
OWN = {name: text for name, text in STYLES.items() if name != "tokens.css"}


def test_the_tokens_come_first_and_the_overruling_sheets_last() -> None:
    names = list(STYLES)
    assert names[:3] == ["tokens.css", "base.css", "frame.css"]
    assert names[-2:] == ["print.css", "forced_colours.css"]


def test_the_bundle_holds_every_part_once() -> None:
    content = made("css").content.decode()
    assert all(content.count(text) == 1 for text in STYLES.values())


def test_the_digest_tells_contents_apart() -> None:
    assert made("css").digest == made("css").digest
    assert made("css").digest != made("js").digest
    assert re.fullmatch(r"[0-9a-f]{16}", made("js").digest)


def test_the_compressed_bytes_are_the_same_content() -> None:
    found = made("css")
    assert gzip.decompress(found.compressed) == found.content
    assert len(found.compressed) < len(found.content) / 3


def test_a_bundle_is_kept_and_made_anew_only_for_work_on_the_parts(settings: Settings) -> None:
    settings.DEBUG = False
    assert bundle("css") is bundle("css")
    settings.DEBUG = True
    assert bundle("css") is not bundle("css")


@pytest.mark.parametrize("name", OWN)
def test_a_style_sheet_names_only_our_own_classes(name: str) -> None:
    foreign = set(
        re.findall(r"\.([a-zA-Z][\w-]*)(?=[^}]*\{)", re.sub(r"/\*.*?\*/|url\([^)]*\)", "", OWN[name], flags=re.DOTALL))
    )
    assert {one for one in foreign if not one.startswith("mk-")} == set()


@pytest.mark.parametrize("name", OWN)
def test_a_style_sheet_begins_by_saying_what_it_is_for(name: str) -> None:
    assert OWN[name].startswith("/* ")


@pytest.mark.parametrize("name", sorted(set(OWN) - {"base.css"}))
def test_colours_are_written_once_in_the_base(name: str) -> None:
    allowed = {"#fff", "#000", "#fafbfc", "#999"}
    without_pictures = re.sub(r"url\(.*?\)\n?;", ";", OWN[name])
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", without_pictures)) <= allowed


def test_nothing_is_loaded_from_another_host() -> None:
    for text in [*STYLES.values(), *(file.read_text("utf-8") for file in script_files())]:
        assert not re.search(r"url\((?!\"data:)|@import|https?://(?!www\.w3\.org/2000/svg)", text)


def test_every_custom_property_that_is_used_is_defined() -> None:
    text = "\n".join(STYLES.values())
    used = set(re.findall(r"var\((--[\w-]+)", text))
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert used - defined == set()


def test_scripts_are_small_and_never_make_code_of_words() -> None:
    for file in script_files():
        text = file.read_text("utf-8")
        assert len(text) < 4_000, file.name
        assert not re.search(r"\beval\b|new Function|innerHTML|document\.write", text), file.name


def test_the_tokens_are_where_the_list_of_vendored_files_puts_them() -> None:
    assert bundles.TOKENS.is_file()
    assert (bundles.TOKENS.parent / "LICENSE").is_file()
