"""Real open data, also in other encodings, is read by layouts that the editor proposed: no code, nothing set aside."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.definitions import actions
from machikumo.definitions.domain.sampling import propose
from machikumo.definitions.queries import own as queries
from machikumo.definitions.trying import try_layout
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

FOLDER = Path(__file__).parents[4] / "tests" / "data" / "opendata"
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.csv"))}
ROWS = {
    "222127_aed.csv": 82, "222127_bousaisouko.csv": 5, "222127_evacuation_space.csv": 31,
    "222127_facilities_smartmap.csv": 28, "222127_hinannjo.csv": 56, "222127_public_toilet.csv": 112,
    "222127_public_wireless_lan.csv": 17, "takamatsu_public_toilet.csv": 169,
}  # fmt: skip
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
CHARSETS = ("utf-8", "cp932", "utf-16-le", "utf-16-be")


def encoded(name: str, charset: str) -> bytes:
    """The file as published, or in another character set (signs that CP932 lacks as their neighbours there)."""
    if charset == "utf-8":
        return FILES[name]
    text = FILES[name].decode("utf-8-sig")
    if charset == "cp932":
        text = text.translate({0x301C: 0xFF5E, 0x2212: 0xFF0D})
    return MARKS.get(charset, b"") + text.encode(charset)


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", FILES)
def test_every_row_is_read_by_the_proposed_layout(name: str, charset: str) -> None:
    data = encoded(name, charset)
    found = propose(data, key="open-data", name="公開データ", file=name)
    assert found.document.form.charset == charset
    trial = try_layout(found.document.layout(), data, name, training=True)
    assert [(one.rule, one.row, one.item_name) for one in trial.issues if one.severity == "error"] == []
    assert (trial.read, trial.accepted) == (ROWS[name], ROWS[name])


def test_a_circle_stands_for_yes_and_an_empty_cell_for_no() -> None:
    document = propose(FILES["222127_evacuation_space.csv"], key="sites", name="避難場所", file="x.csv").document
    flags = [item.name for item in document.items if item.type == "BOOL"]
    assert flags == [
        "災害種別_崖崩れ、土石流及び地滑り", "災害種別_地震", "災害種別_津波", "指定避難所との重複",
    ]  # fmt: skip
    assert (document.form.true_value, document.form.false_value) == ("○", "")


def test_the_byte_order_mark_the_quotes_and_the_newline_are_seen() -> None:
    marked = propose(FILES["222127_facilities_smartmap.csv"], key="abc", name="施設", file="x.csv").document.form
    quoted = propose(FILES["takamatsu_public_toilet.csv"], key="abc", name="公衆便所", file="x.csv").document.form
    assert (marked.bom, marked.quoting, quoted.bom, quoted.quoting) == (True, "minimal", False, "all")


def test_a_defect_in_the_published_file_is_found_by_the_layout() -> None:
    name = "222127_hinannjo.csv"
    layout = propose(FILES[name], key="abc", name="避難所", file=name).document.layout()
    broken = FILES[name].replace(b"34.8614", "北緯34".encode(), 1)
    trial = try_layout(layout, broken, name, training=True)
    assert [(one.row, one.item_name) for one in trial.issues] == [(1, "緯度")]
    assert (trial.accepted, trial.held_back) == (55, 1)


@pytest.mark.parametrize("charset", CHARSETS)
def test_an_officer_does_it_in_the_browser(
    client: Client,
    town: Organisation,
    signed_in: Callable[..., Any],
    scope_of: Callable[..., Scope],
    charset: str,
) -> None:
    signed_in(client, town, "information_officer")
    name = "222127_evacuation_space.csv"
    data, base = encoded(name, charset), f"/{town.code}/work/layouts/"
    sent = {"key": "sites", "name": "指定緊急避難場所", "file": SimpleUploadedFile(name, data)}
    draft = client.post(f"{base}new/", sent)["Location"]
    edition = client.post(f"{draft}publish/", {"note": "焼津市の公開データから"})["Location"]
    page = client.post(f"{edition}try/", {"file": SimpleUploadedFile(name, data)}).content.decode()
    assert "すべての行を読めました" in page
    assert "中港タワー" in page
    scope = scope_of(town)
    with entered(scope):
        own = queries.own_layouts(scope).get()
        assert queries.version_of(scope, own, 1).form.charset == charset
    trial = actions.try_file(scope, own_layout_id=own.pk, number=1, file_name=name, data=data)
    assert (trial.accepted, trial.errors) == (31, 0)
