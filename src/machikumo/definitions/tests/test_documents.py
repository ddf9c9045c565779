"""Documents, their tables and their TOML: nothing is lost on the way, what is wrong is refused with its place."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from machikumo.definitions.domain.comparing.changes import changes, verdict_of
from machikumo.definitions.domain.comparing.verdicts import Verdict
from machikumo.definitions.domain.document import CodeRow
from machikumo.definitions.domain.tables import complete, document_of, layout_tables, whole_tables
from machikumo.definitions.domain.toml import files_of, written
from machikumo.definitions.tests.makers import code_sheet, document, documents, item, shipped_document
from machikumo.layouts.domain.definition import ItemType, Requirement
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.queries.catalogue import Catalogue, shipped

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import Document


@pytest.mark.parametrize("key", shipped().layout_keys)
def test_every_shipped_definition_is_a_document_that_gives_the_same_layout(key: str) -> None:
    found = shipped_document(key).layout(shipped().code_lists)
    plain = shipped().layout(key)
    assert (found.key, found.items, found.set_rules) == (plain.key, plain.items, plain.set_rules)
    assert found.physical == plain.physical


@settings(max_examples=60, deadline=None)
@given(documents())
def test_tables_and_toml_give_the_document_back(found: Document) -> None:
    assert document_of(whole_tables(found), "any") == found
    files = files_of(found)
    again = document_of(tomllib.loads(files[f"{found.head.key}.toml"]), "any", found.codes)
    assert again == found
    assert len(files) == 1 + len(found.codes)


def test_files_written_into_a_folder_are_a_catalogue(tmp_path: Any) -> None:
    (tmp_path / "codes").mkdir()
    found = document(item("a", codes="kinds"), item("b"), codes=(code_sheet("kinds", "1", "2"),))
    for name, text in files_of(found).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    layout = Catalogue(tmp_path).layout("town-list")
    assert layout == found.layout()
    assert layout.items[0].code_list is not None
    assert layout.items[0].code_list.codes == {"1", "2"}


def test_what_equals_its_default_is_left_out_of_the_file() -> None:
    tables = layout_tables(document(item("a")))
    assert "pattern" not in tables["item"][0]
    assert tables["item"][0]["required"] == "optional"
    assert tables["layout"]["confirmed"] is False
    assert "workbook" not in tables


def test_code_lists_kept_elsewhere_are_taken_along() -> None:
    found = complete(document(item("a", codes="sex"), item("b", codes="nowhere")), shipped().code_lists)
    assert [sheet.key for sheet in found.codes] == ["sex"]
    assert found.code_sheet("sex") is not None
    assert found.code_sheet("nowhere") is None
    assert {row.code for row in found.codes[0].value} >= {"1", "2"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"thing": []}, "thing"),
        ({"layout": None}, "missing"),
        ({"item": [{"id": "1"}]}, "key"),
        ({"item": ["text"]}, "missing"),
        ({"physical": {"charset": 1}}, "charset"),
        ({"physical": {"bom": "yes"}}, "bom"),
        ({"physical": {"colour": "red"}}, "colour"),
        ({"unread": [{"sheet": "a"}]}, "cell"),
        ({"code_list": [{"code_list": {"key": "k"}}]}, "name"),
    ],
)
def test_wrong_tables_are_refused_with_their_field(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        document_of(whole_tables(document(item("a"))) | change, "wrong.toml")
    assert says in caught.value.message_en
    assert "wrong.toml" in caught.value.message_ja


def test_the_file_that_a_definition_was_read_from_does_not_count_in_its_digest() -> None:
    from dataclasses import replace

    from machikumo.definitions.domain.document import Workbook

    found = document(item("a"))
    marked = replace(found, workbook=Workbook("a.xlsx", "1" * 64, "表"))
    assert marked.layout().digest == found.layout().digest
    assert marked.content() == found


def test_a_condition_in_words_makes_the_item_conditional_without_a_check() -> None:
    layout = document(item("a", required="conditional", condition_text="海外に住むとき"), item("b")).layout()
    assert layout.items[0].requirement is Requirement.CONDITIONAL
    assert (layout.items[0].condition, layout.items[0].condition_text) == (None, "海外に住むとき")
    with pytest.raises(BadDefinition, match="condition"):
        document(item("a", condition_text="海外に住むとき")).layout()


def test_an_open_code_list_checks_nothing() -> None:
    layout = document(item("a", codes="free"), codes=(code_sheet("free", "任意", open=True),)).layout()
    assert layout.items[0].code_list is None
    assert layout.items[0].type is ItemType.HALF


def test_control_characters_and_lists_of_tables_are_written_as_toml_reads_them() -> None:
    text = written({"a": {"b": 'x\x7f"\\\n', "c": [1, 2], "d": True, "e": {"f": "g"}}}, "one\n\ntwo")
    assert text.startswith("# one\n#\n# two\n")
    assert tomllib.loads(text)["a"] == {"b": 'x\x7f"\\\n', "c": [1, 2], "d": True, "e": {"f": "g"}}


def test_the_times_of_codes_and_values_that_stand_for_none_go_along() -> None:
    codes = replace(
        code_sheet("kinds"),
        value=(
            CodeRow("1", "旧", valid_to="2019-04-30"),
            CodeRow("1", "新", valid_from="2024-04-01"),
            CodeRow("2", "ずっと"),
        ),
    )
    parts = (item("a", codes="kinds", codes_on="day", sentinels=("-",)), item("day", type="DATE", length=10))
    found = document(*parts, codes=(codes,))
    assert document_of(whole_tables(found), "any") == found
    layout = found.layout()
    assert (layout.items[0].codes_on, layout.items[0].sentinels) == ("day", ("-",))
    assert layout.items[0].code_list is not None
    assert [(span.code, str(span.first), str(span.last)) for span in layout.items[0].code_list.history] == [
        ("1", "None", "2019-04-30"), ("1", "2024-04-01", "None"),
    ]  # fmt: skip
    elsewhere = complete(document(*parts), {"kinds": layout.items[0].code_list})
    assert elsewhere.codes[0].value == codes.value


def test_dates_by_which_codes_are_judged_make_a_definition_stricter() -> None:
    parts = item("a", codes="kinds"), item("day", type="DATE", length=10)
    plain = document(*parts, codes=(code_sheet("kinds", "1"),))
    dated = replace(plain, items=(replace(parts[0], codes_on="day"), parts[1]))
    noted = replace(plain, items=(replace(parts[0], sentinels=("-",)), parts[1]))
    assert verdict_of(changes(plain, dated)) is not Verdict.COMPATIBLE
    assert verdict_of(changes(dated, plain)) is Verdict.COMPATIBLE
    assert verdict_of(changes(plain, noted)) is Verdict.COMPATIBLE
    assert verdict_of(changes(noted, plain)) is not Verdict.COMPATIBLE
