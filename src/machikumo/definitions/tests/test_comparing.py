"""Two versions of a definition: every difference told, in two languages, and a verdict that never promises too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.definitions.domain.comparing.changes import Kind, changes, verdict_of
from machikumo.definitions.domain.comparing.verdicts import Verdict
from machikumo.definitions.domain.comparing.wording import FIELDS, report, sentence
from machikumo.definitions.domain.document import CodeRow, Document, Form, Head, ItemSheet
from machikumo.definitions.tests.makers import code_sheet, document, item, shipped_document
from machikumo.layouts.domain.rules import compile_rules

OK, REWRITE, BREAKING = Verdict.COMPATIBLE, Verdict.REARRANGE, Verdict.BREAKING
KINDS = code_sheet("kinds", "1", "2")


def verdict(old: ItemSheet, **changed: Any) -> Verdict:
    codes = (KINDS,)
    return verdict_of(changes(document(old, codes=codes), document(replace(old, **changed), codes=codes)))


def test_a_definition_does_not_differ_from_itself() -> None:
    found = shipped_document("resident-standard")
    assert changes(found, found) == []
    assert verdict_of([]) is OK
    assert report([])[0] == ["[互換] 旧版で書いたファイルは、新版でもそのまま読めます。"]


@pytest.mark.parametrize(
    ("old", "changed", "expected"),
    [
        (item("a"), {"length": 6}, OK),
        (item("a"), {"length": 4}, BREAKING),
        (item("a", type="9V", length="5,2"), {"length": "5,3"}, OK),
        (item("a", type="9V", length="5,2"), {"length": "6,1"}, BREAKING),
        (item("a", type="9"), {"type": "9V", "length": "5,1"}, OK),
        (item("a", type="DATE", length=10), {"length": 8}, OK),
        (item("a", codes="kinds"), {"length": 1}, OK),
        (item("a", type="9"), {"type": "S9"}, OK),
        (item("a"), {"type": "TEXT"}, OK),
        (item("a"), {"type": "N"}, BREAKING),
        (item("a", type="9"), {"type": "X", "pattern": "[0-4]"}, BREAKING),
        (item("a"), {"required": "required"}, BREAKING),
        (item("a"), {"required": "conditional", "condition_text": "あれば"}, OK),
        (item("a"), {"required": "conditional", "condition": 'a == "1"'}, BREAKING),
        (item("a", required="required"), {"required": "conditional", "condition": 'a == "1"'}, OK),
        (item("a", required="required"), {"required": "optional"}, OK),
        (item("a"), {"codes": "kinds"}, BREAKING),
        (item("a", codes="kinds"), {"codes": ""}, BREAKING),
        (item("a", codes="kinds"), {"codes": "", "type": "TEXT"}, BREAKING),
        (item("a"), {"pattern": "[0-9]"}, BREAKING),
        (item("a", type="TEXT", pattern="[0-9]"), {"pattern": ""}, BREAKING),
        (item("a", codes="kinds"), {"codes": "elsewhere"}, BREAKING),
        (item("a", type="9", minimum="2", maximum="20"), {"minimum": "1", "maximum": "100"}, OK),
        (item("a", type="9", minimum="2"), {"minimum": "10"}, BREAKING),
        (item("a", type="9"), {"maximum": "10"}, BREAKING),
        (item("a", type="9", maximum="10"), {"maximum": ""}, OK),
        (item("a", type="DATE", length=10, maximum="2026-01-01"), {"maximum": "2025-12-31"}, BREAKING),
        (item("a"), {"check_digit": "individual_number"}, BREAKING),
        (item("a", check_digit="individual_number"), {"check_digit": ""}, OK),
        (item("a", type="DATE", length=10), {"open_end": True}, OK),
        (item("a", type="N", selectors="allow"), {"selectors": "refuse"}, BREAKING),
        (item("a"), {"severity": "warning"}, OK),
        (item("a", severity="warning"), {"severity": "error"}, BREAKING),
        (item("a"), {"primary_key": True}, BREAKING),
        (item("a"), {"repetition": 2}, BREAKING),
        (item("a"), {"name": "甲"}, REWRITE),
        (item("a"), {"key": "other"}, OK),
        (item("a"), {"remarks": "改版", "definition": "説明", "sensitivity": "personal", "output_item": True}, OK),
    ],
)
def test_the_verdict_on_one_change(old: ItemSheet, changed: dict[str, Any], expected: Verdict) -> None:
    assert verdict(old, **changed) is expected


def test_items_are_followed_by_their_ids() -> None:
    old = document(item("a"), item("b"), item("c"), item("d", id="T-c"))
    new = document(item("c", name="丙"), item("a"), item("e", required="required"), item("f"), item("d", id="T-c"))
    told = {(change.kind, change.which, change.field, change.verdict) for change in changes(old, new)}
    assert (Kind.REMOVED, "T-b", "", BREAKING) in told
    assert (Kind.ADDED, "T-e", "", BREAKING) in told
    assert (Kind.ADDED, "T-f", "", REWRITE) in told
    assert (Kind.CHANGED, "T-c", "name", REWRITE) in told
    assert (Kind.MOVED, "T-c", "place", REWRITE) in told
    assert not any(which == "T-c #2" and kind is Kind.CHANGED for kind, which, *_ in told)


def test_codes_are_compared_one_by_one() -> None:
    after = replace(KINDS, value=(CodeRow("1", "別の意味"), CodeRow("3", "新しい")))
    old = document(item("a", codes="kinds"), codes=(KINDS,))
    found = changes(old, document(item("a", codes="kinds"), codes=(after,)))
    assert [(change.kind, change.field, change.verdict) for change in found] == [
        (Kind.CHANGED, "1", BREAKING),
        (Kind.REMOVED, "2", BREAKING),
        (Kind.ADDED, "3", OK),
    ]
    free = changes(old, document(item("a", codes="kinds"), codes=(replace(after, open=True),)))
    assert [change.verdict for change in free if change.kind is Kind.REMOVED] == [OK]


def test_rules_form_and_heading_count_too() -> None:
    rule = {"kind": "unique", "items": ["a"]}
    old = document(item("a"))
    new = replace(document(item("a"), form=Form("cp932", file_name="x.csv"), version="2"), set_rules=(rule,))
    found = {(change.part, change.field): change.verdict for change in changes(old, new)}
    assert found == {
        ("head", "version"): OK, ("form", "charset"): REWRITE, ("form", "file_name"): OK, ("rule", ""): BREAKING,
    }  # fmt: skip
    assert verdict_of(changes(new, old)) is REWRITE
    gaiji = replace(old, form=Form(gaiji="user_area", max_quoted_lines=90))
    assert verdict_of(changes(old, gaiji)) is OK
    assert verdict_of(changes(gaiji, old)) is BREAKING


def test_the_report_says_the_gravest_first_in_both_languages() -> None:
    old = document(item("a", length=5), item("b"))
    japanese, english = report(changes(old, document(item("a", length=3, name="甲"), item("b", remarks="注"))))
    assert japanese[0].startswith("[非互換]")
    assert japanese[1:] == [
        "  [非互換] 項目 T-a 甲: 桁数 5 → 3",
        "  [書き直しで互換] 項目 T-a 甲: 名称 a → 甲",
        "  [互換] 項目 T-b b: 備考 （なし） → 注",
    ]
    assert "item T-a 甲: length 5 -> 3" in english[1]
    assert all(line.isprintable() for line in english)


def test_every_field_has_words() -> None:
    from dataclasses import fields

    named = {one.name for kind in (Head, Form, ItemSheet) for one in fields(kind)} - {"id"}
    assert named <= set(FIELDS)
    added = changes(document(item("a")), document(item("a"), item("b")))[0]
    assert sentence(added) == ("項目 T-b b: 追加", "item T-b b : added")


# ---- no promise that files break -------------------------------------------------------------------------------------
VALUES = st.one_of(
    st.from_regex(r"-?[0-9]{1,6}(?:\.[0-9]{1,3})?", fullmatch=True),
    st.text("aA1-あア漢 　𠮷\ue000\x07", max_size=7),
    st.dates().map(str),
    st.sampled_from(["1", "2", "0000-01-01", "9999-12-31", "09:30", ""]),
)
CHANGED = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["X", "N", "9", "S9", "YEAR", "DATE", "TIME", "BOOL", "TEXT"]),
        "length": st.integers(1, 8),
        "required": st.sampled_from(["required", "optional"]),
        "codes": st.sampled_from(["", "kinds"]),
        "pattern": st.sampled_from(["", "[0-9]{1,2}", "[A-Za-z]+"]),
        "open_end": st.booleans(),
        "selectors": st.sampled_from(["allow", "refuse"]),
        "remarks": st.sampled_from(["", "注"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(CHANGED, CHANGED, VALUES)
def test_what_the_old_version_takes_the_new_one_takes_too_when_the_verdict_is_not_breaking(
    first: dict[str, Any], second: dict[str, Any], value: str
) -> None:
    start = replace(item("a"), **first)
    old, new = (document(one, codes=(KINDS,)) for one in (start, replace(start, **second)))
    if verdict_of(changes(old, new)) is BREAKING or not _takes(old, value):
        return
    assert _takes(new, value)


def _takes(found: Document, value: str) -> bool:
    return all(rule.accepts(value) for rule in compile_rules(found.layout()).cells)
