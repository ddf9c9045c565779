"""Steps with an inverse whose values may not come back all the same: such cells are listed, by both executors."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from machikumo.layouts.domain import steps
from machikumo.layouts.domain.convert import convert_frame, convert_rows
from machikumo.layouts.domain.definition import ItemType
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.mapping import Mapping, mapping_of
from machikumo.layouts.domain.watching import is_certain
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import KASUMI, MINATO, frame_of, kasumi_row, minato_row

NAMES = {"kasumi": "kasumi-to-standard", "minato": "minato-to-standard"}


def changed_mapping(which: str, **changes: list[dict[str, Any]]) -> Mapping:
    """A shipped mapping with the steps of some targets, or further parts, replaced."""
    path = shipped().folder / "mappings" / f"{NAMES[which]}.toml"
    tables = tomllib.loads(path.read_text("utf-8"))
    for move in tables["move"]:
        for key in move["target"]:
            move["steps"] = changes.pop(key, move["steps"])
    catalogue = shipped()
    return mapping_of(
        tables | changes, which, layouts=catalogue.layout, code_lists=catalogue.code_lists, gaiji=catalogue.gaiji
    )


def move_to(mapping: Mapping, target: str) -> Any:
    return next(move for move in mapping.moves if target in move.target)


def test_a_number_of_fixed_digits_and_half_width_text_surely_come_back() -> None:
    assert not move_to(KASUMI, "addressee_number").watched
    assert not move_to(KASUMI, "name_kana").watched
    assert not move_to(KASUMI, "name").watched
    assert {move.target for move in MINATO.moves if move.watched} == {("addressee_number",), ("household_number",)}


def test_zeros_before_a_number_are_listed_because_they_would_not_come_back() -> None:
    rows = [minato_row(7), minato_row(8, person_id="0008", household_id="8")]
    plain, fast = convert_rows(MINATO, rows), convert_frame(MINATO, frame_of(MINATO.source, rows))
    assert [tuple(cell) for cell in plain.changed] == [(1, "person_id", "0008", "8")]
    assert fast.changed == plain.changed
    assert plain.rows[1][0] == "000000000000008"


def test_mixed_widths_are_listed_when_they_are_folded() -> None:
    fold = [{"kind": "width_fold", "to": "full", "invertible": True}]
    mapping = changed_mapping("kasumi", remarks=fold)
    rows = [kasumi_row(1, biko="ｶﾅ"), kasumi_row(2, biko="カナ"), kasumi_row(3)]
    plain, fast = convert_rows(mapping, rows), convert_frame(mapping, frame_of(mapping.source, rows))
    assert [tuple(cell) for cell in plain.changed] == [(1, "biko", "カナ", "ｶﾅ")]
    assert fast.changed == plain.changed


def test_a_value_for_which_nothing_comes_back_is_listed_as_empty() -> None:
    pad = [{"kind": "pad", "length": 15, "source_length": 4, "fill": "0", "invertible": True}]
    mapping = changed_mapping("minato", addressee_number=pad)
    rows = [minato_row(1, person_id="123456")]
    plain, fast = convert_rows(mapping, rows), convert_frame(mapping, frame_of(mapping.source, rows))
    assert (0, "person_id", "123456", "") in [tuple(cell) for cell in plain.changed]
    assert fast.changed == plain.changed


@pytest.mark.parametrize(
    ("kinds", "changes", "certain"),
    [
        ((steps.Pad("0", 15, 10),), {"pattern": "[0-9]{10}"}, True),
        ((steps.Pad("0", 15, 10),), {"pattern": "[0-9]{1,10}"}, False),
        ((steps.Pad("0", 15, 0),), {"pattern": "[0-9]{10}"}, False),
        ((steps.Unpad("0", 15, 0),), {"pattern": "[0-9]{15}"}, True),
        ((steps.Unpad("0", 15, 0),), {}, False),
        ((steps.WidthFold(full=True),), {"type": ItemType.HALF, "pattern": ""}, True),
        ((steps.WidthFold(full=True),), {"type": ItemType.TEXT, "pattern": ""}, False),
        ((steps.WidthFold(full=False),), {"type": ItemType.FULL, "pattern": ""}, False),
        ((steps.TakeOut("-", 3), steps.Pad("0", 9, 7)), {"pattern": "[0-9]{7}"}, False),
        ((steps.Copy(), steps.Copy()), {}, True),
        ((steps.MapGaiji({"\ue000": "渡"}),), {}, False),
        ((steps.MapGaiji({"\ue000": "辻\U000e0101"}),), {}, True),
    ],
)
def test_what_surely_comes_back_is_told_by_the_items_own_rules(
    kinds: tuple[Any, ...], changes: dict[str, Any], *, certain: bool
) -> None:
    item = replace(KASUMI.source.items[0], **changes)
    assert is_certain(kinds, item, KASUMI.source.physical) is certain


def test_a_reason_is_kept_for_items_left_out_and_only_for_those() -> None:
    dropped = [{"item": "sei_hyoki", "reason": "移行先に欄がない"}]
    with pytest.raises(BadDefinition, match="移しています"):
        changed_mapping("kasumi", dropped=dropped)
    with pytest.raises(BadDefinition, match="理由がありません"):
        changed_mapping("kasumi", dropped=[{"item": "sei_hyoki", "reason": " "}])
    catalogue = shipped()
    path = catalogue.folder / "mappings" / "kasumi-to-standard.toml"
    tables = tomllib.loads(path.read_text("utf-8"))
    tables["move"] = [move for move in tables["move"] if move["source"] != ["sei_hyoki"]]
    mapping = mapping_of(
        tables | {"dropped": dropped}, "kasumi", layouts=catalogue.layout, code_lists=catalogue.code_lists,
        gaiji=catalogue.gaiji,
    )  # fmt: skip
    assert mapping.left_out == {"sei_hyoki": "移行先に欄がない"}
    assert mapping.digest != KASUMI.digest
    assert mapping.inverse().left_out == {}


def test_the_ways_back_can_be_written_as_steps_of_their_own() -> None:
    era = [{"kind": "iso_to_era", "eras": "era-1digit", "invertible": True}]
    cut = [{"kind": "unpad", "length": 15, "source_length": 10, "fill": "0", "invertible": True}]
    put = [{"kind": "put_in", "what": "hyphen", "at": 3, "invertible": True}]
    wide = [{"kind": "date_expand", "invertible": True}]
    mapping = changed_mapping("minato", event_date=era, birth_date=wide, address_postal_code=put, addressee_number=cut)
    row = mapping.target.keys
    made = dict(zip(row, convert_rows(mapping, [minato_row(12, person_id="000000000000012")]).rows[0], strict=True))
    assert made["event_date"] == "4200401"
    assert made["birth_date"] == "19650430"
    assert made["address_postal_code"] == "916-0001"
    assert made["addressee_number"] == "0000000012"
