"""The sheet of a mapping: how it is changed, what stands against it, what differs, and what its moves make of rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from machikumo.definitions.domain.proposing.conversion import Conversion, step
from machikumo.definitions.domain.relating import editing
from machikumo.definitions.domain.relating.faults import Around, faults, unanswered
from machikumo.definitions.domain.relating.preview import previewed
from machikumo.definitions.domain.relating.sheets import MappingSheet, sheet_from, sheet_of, tables_of
from machikumo.definitions.domain.relating.wording import KINDS, changes_of, is_lossy, move_words
from machikumo.definitions.queries.proposals import proposals_for
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.mapping import KINDS as CLOSED_SET
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import MINATO, STANDARD, minato_row

AROUND = Around(MINATO.source, STANDARD, shipped().code_lists, shipped().gaiji)
COPY = Conversion((step("copy"),), {})
EVENTS = "minato-event-reason-to-event-reason"


@pytest.fixture(scope="module")
def sheet() -> MappingSheet:
    found = proposals_for(MINATO.source, STANDARD, [])
    return sheet_of(found, MINATO.source, STANDARD, key="ours")


def kinds(sheet: MappingSheet) -> list[tuple[str, str]]:
    return [(fault.kind, fault.key) for fault in faults(sheet, AROUND) if fault.blocks]


def test_every_step_of_the_closed_set_has_words() -> None:
    assert set(KINDS) == set(CLOSED_SET)


def test_what_is_proposed_for_both_vendors_can_be_published_as_it_is(sheet: MappingSheet) -> None:
    assert kinds(sheet) == []
    notes = {fault.kind for fault in faults(sheet, AROUND)}
    assert notes == {"codes", "losses"}
    assert AROUND.mapping(sheet).key == "ours"


def test_a_source_item_needs_a_target_or_a_reason(sheet: MappingSheet) -> None:
    bare = editing.without_move(sheet, "remarks")
    assert kinds(bare) == [("unanswered", "note")]
    assert [item.key for item in unanswered(bare, MINATO.source)] == ["note"]
    answered = editing.with_answers(bare, {"note": " 使わない ", "person_id": "移している"}, MINATO.source)
    assert dict(answered.dropped) == {"note": "使わない"}
    assert kinds(answered) == []
    assert kinds(editing.with_answers(answered, {"note": ""}, MINATO.source)) == [("unanswered", "note")]
    again = editing.with_move(answered, ("note",), ("remarks",), COPY, {})
    assert again.dropped == {}


def test_a_required_item_must_be_fed(sheet: MappingSheet) -> None:
    bare = editing.without_move(sheet, "sex")
    assert ("required", "sex") in kinds(bare)
    fed = editing.with_move(bare, (), ("sex",), Conversion((step("constant", invertible=False, value="0"),), {}), {})
    assert ("required", "sex") not in kinds(fed)


def test_no_item_of_the_source_is_taken_twice(sheet: MappingSheet) -> None:
    with pytest.raises(BadDefinition, match="もう使っています"):
        editing.with_move(sheet, ("note",), ("name_priority",), COPY, {"note": "備考"})
    bare = editing.without_move(sheet, "remarks")
    with pytest.raises(BadDefinition, match="もう使っています"):
        editing.with_move(bare, ("note", "note"), ("remarks",), COPY, {})


def test_steps_are_added_taken_off_and_never_fewer_than_one(sheet: MappingSheet) -> None:
    folded = editing.with_step(sheet, "remarks", step("width_fold", to="full"))
    move = folded.move_to("remarks")
    assert move is not None
    assert [one["kind"] for one in move.steps] == ["width_fold"]
    bare = editing.without_step(folded, "remarks", 1).move_to("remarks")
    assert bare is not None
    assert bare.steps == (step("copy"),)
    with pytest.raises(BadDefinition):
        editing.with_steps(sheet, "name_priority", [step("copy")])
    with pytest.raises(BadDefinition):
        editing.with_steps(sheet, "remarks", [])
    with pytest.raises(BadDefinition, match="名前"):
        editing.with_step(sheet, "remarks", step("code_map", table="大"))


def test_a_code_map_says_truly_whether_it_can_be_turned_back(sheet: MappingSheet) -> None:
    whole = editing.map_text(sheet.maps[EVENTS]) + "A06,08\n"
    lossy = editing.with_map(sheet, EVENTS, whole)
    move = lossy.move_to("event_reason")
    assert move is not None
    assert move.steps[0]["invertible"] is False
    assert is_lossy(move.steps[0], lossy.maps)
    back = editing.with_map(lossy, EVENTS, whole.replace("A06,08\n", ""))
    assert back == editing.with_map(sheet, EVENTS, editing.map_text(sheet.maps[EVENTS]))
    strange = editing.with_map(sheet, EVENTS, "A01,77\n")
    assert ("wrong", "event_reason") in kinds(strange)
    without = editing.without_move(sheet, "event_reason")
    assert EVENTS not in without.maps


def test_a_fault_in_a_step_is_told_in_words(sheet: MappingSheet) -> None:
    moves = tuple(
        replace(move, steps=({"kind": "era_to_iso", "eras": "nothing", "invertible": True},))
        if move.target == ("birth_date",) else move
        for move in sheet.moves
    )  # fmt: skip
    first = faults(replace(sheet, moves=moves), AROUND)[0]
    assert first.kind == "wrong"
    assert "元号表" in first.message_ja


def test_a_sheet_and_its_file_say_the_same(sheet: MappingSheet) -> None:
    assert tables_of(sheet_from(tables_of(sheet), "ours")) == tables_of(sheet)
    for wrong in ({}, {"mapping": {"key": "x"}}, {"mapping": tables_of(sheet)["mapping"], "move": [{"source": []}]}):
        with pytest.raises(BadDefinition):
            sheet_from(wrong, "wrong")


def test_changes_between_two_versions_are_told_item_by_item(sheet: MappingSheet) -> None:
    assert changes_of(sheet, sheet, MINATO.source, STANDARD) == []
    other = editing.with_answers(editing.without_move(sheet, "remarks"), {"note": "使わない"}, MINATO.source)
    other = editing.with_map(other, EVENTS, editing.map_text(other.maps[EVENTS]) + "A06,08\n")
    other = replace(other, head=replace(other.head, gaiji="kasumi-sabae"))
    told = [japanese for japanese, _ in changes_of(sheet, other, MINATO.source, STANDARD)]
    assert any(line.startswith("備考:") and line.endswith("なし") for line in told)
    assert f"対応表 {EVENTS}: A06 ― ⇒ 08" in told
    assert "移さない項目 備考: ― ⇒ 使わない" in told
    assert "外字対応表: ― ⇒ kasumi-sabae" in told
    move = sheet.move_to("name")
    assert move is not None
    assert move_words(move, MINATO.source) == ("氏＋名: 氏と名をつなぐ", "氏＋名: Join two names")


@pytest.mark.parametrize("opened", [False, True])
def test_a_preview_shows_refused_cells_and_what_would_not_come_back(sheet: MappingSheet, *, opened: bool) -> None:
    rows = [minato_row(1, event_code="A06", person_id="0001"), minato_row(2, individual_number="123456789018")]
    lines: dict[str, Any] = {
        line.move.target[0]: line for line in previewed(AROUND.mapping(sheet), rows, opened=opened)
    }
    assert lines["event_reason"].cells[0].refused[0]
    assert lines["addressee_number"].cells[0].after == ("000000000000001",)
    assert lines["addressee_number"].cells[0].back == ("1",)
    assert lines["addressee_number"].cells[1].back == ()
    assert lines["individual_number"].cells[1].before == ("●" * 12,)
    assert lines["name"].cells[0].after == (("渡邉󠄏　太郎",) if opened else ("●" * 6,))
    assert lines["is_latest"].cells[0].after == ("1",)
