"""Changes to a draft: each gives a new document, and what no layout can hold is refused in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.definitions.domain import editing
from machikumo.definitions.domain.document import CodeRow, Document
from machikumo.definitions.tests.makers import code_sheet, document, documents, item
from machikumo.layouts.domain.errors import BadDefinition

THREE = document(item("a"), item("b"), item("c"))


def keys(found: Document) -> str:
    return "".join(one.key for one in found.items)


def test_items_are_put_added_and_taken_out() -> None:
    assert keys(editing.with_item(THREE, 2, item("x"))) == "axc"
    assert keys(editing.with_item(THREE, 0, item("x"))) == "abcx"
    assert keys(editing.without_item(THREE, 1)) == "bc"
    assert keys(THREE) == "abc"
    with pytest.raises(BadDefinition, match="最後"):
        editing.without_item(document(item("a")), 1)


@pytest.mark.parametrize(
    ("place", "up", "expected"), [(2, True, "bac"), (2, False, "acb"), (1, True, "abc"), (3, False, "abc")]
)
def test_an_item_and_its_neighbour_change_places(place: int, up: bool, expected: str) -> None:  # noqa: FBT001
    assert keys(editing.moved_item(THREE, place, up=up)) == expected


@settings(max_examples=40, deadline=None)
@given(documents(), st.data())
def test_up_and_down_again_changes_nothing(found: Document, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(found.items)))
    if place > 1:
        assert editing.moved_item(editing.moved_item(found, place, up=True), place - 1, up=False) == found
    else:
        assert editing.moved_item(found, place, up=True) == found


@pytest.mark.parametrize("key", ["ab", "a" * 41, "A-list", "1-list", "名簿", "list-", "a_b"])
def test_a_key_that_does_not_fit_is_refused(key: str) -> None:
    with pytest.raises(BadDefinition, match="キー"):
        editing.renamed(THREE, key, "名簿")


def test_a_copy_begins_as_a_draft_under_its_own_key() -> None:
    found = editing.renamed(THREE, "our-list", "")
    assert (found.head.key, found.head.version, found.head.name) == ("our-list", "draft", "名簿")
    assert editing.renamed(THREE, "our-list", "別名").head.name == "別名"
    assert editing.numbered(found, 3).head.version == "3"


def test_codes_are_read_from_lines_and_written_back() -> None:
    changed, one = editing.with_codes(THREE, THREE.items[0], '1,男\n2,"女,その他"\n3\n\n')
    sheet = changed.code_sheet(one.codes)
    assert sheet is not None
    assert sheet.value == (CodeRow("1", "男"), CodeRow("2", "女,その他"), CodeRow("3", "3"))
    assert editing.codes_text(sheet) == '1,男\n2,"女,その他"\n3,3\n'
    assert editing.codes_text(None) == ""
    same, unchanged = editing.with_codes(changed, one, editing.codes_text(sheet))
    assert (same, unchanged) == (changed, one)


def test_a_list_that_others_use_too_is_not_changed_under_them() -> None:
    shared = code_sheet("kinds", "1", "2")
    found = document(item("a", codes="kinds"), item("b", codes="kinds"), codes=(shared,))
    changed, one = editing.with_codes(found, found.items[0], "1,甲\n9,丙")
    assert one.codes != "kinds"
    assert changed.code_sheet("kinds") == shared
    gone, free = editing.with_codes(editing.with_item(changed, 1, one), one, "")
    assert free.codes == ""
    assert gone.code_sheet(one.codes) is None
    assert gone.code_sheet("kinds") == shared


def test_a_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadDefinition, match="2回"):
        editing.with_codes(THREE, THREE.items[0], "1,男\n1,女")


def test_a_new_item_has_a_free_id_and_key() -> None:
    first = editing.new_item(THREE)
    taken = replace(first, name="甲")
    second = editing.new_item(document(item("a"), item("b"), taken))
    assert first.id != second.id
    assert first.key != second.key


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"key": "大"}, "英小文字"),
        ({"name": ""}, "1行"),
        ({"name": "二\n行"}, "1行"),
        ({"codes": "nowhere"}, "コード表"),
        ({"type": "9V", "length": 5}, "9V"),
        ({"minimum": "1"}, "minimum"),
    ],
)
def test_what_no_layout_can_hold_is_refused_before_it_is_kept(changed: dict[str, object], says: str) -> None:
    with pytest.raises(BadDefinition, match=says):
        editing.checked(document(replace(item("a"), **changed)), {})
    assert editing.checked(THREE, {}) == THREE
