"""Definitions: what is shipped loads and says where it is from; what is wrong is refused with its place."""

from __future__ import annotations

import pytest

from machikumo.kernel.official import data_folder
from machikumo.layouts.domain.definition import ItemType, Requirement, Sensitivity
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.loading import load_code_list, load_layout
from machikumo.layouts.queries.catalogue import Catalogue, shipped
from machikumo.layouts.tests.makers import KASUMI, STANDARD

SMALL = """
[layout]
key = "small"
version = "1"
name = "小"
group = "g"
source = "test"
edition = "1"
confirmed = true
[physical]
charset = "cp932"
newline = "crlf"
quoting = "minimal"
header = "name"
[[item]]
id = "S-1"
key = "a"
name = "甲"
romaji = "ko"
group = "g"
type = "X"
length = 5
required = "required"
confirmed = true
"""


def small(*changes: tuple[str, str], more: str = "") -> str:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text + more


def test_every_shipped_definition_loads_and_names_its_source() -> None:
    catalogue = shipped()
    layouts = [catalogue.layout(key) for key in catalogue.layout_keys]
    mappings = [catalogue.mapping(key) for key in catalogue.mapping_keys]
    assert len(layouts) >= 3
    assert len(mappings) >= 2
    assert all(one.source.text and one.source.edition for one in (*layouts, *catalogue.code_lists.values()))
    assert all(one.origin.text and len(one.digest) == 64 for one in mappings)


def test_the_standard_row_has_its_repeated_items_as_columns_and_its_numbers_in_the_vault() -> None:
    assert len(STANDARD.items) == 120
    assert [f"local_district_{n}" for n in range(1, 11)] == [k for k in STANDARD.keys if k.startswith("local_district")]
    assert STANDARD.primary_key == ("addressee_number", "history_number", "history_branch")
    vault = {item.key for item in STANDARD.items if item.sensitivity is Sensitivity.VAULT}
    assert vault == {"individual_number", "resident_record_code"}
    assert STANDARD.by_key["name"].confirmed
    assert not STANDARD.source.confirmed


def test_the_digest_tells_the_content_not_the_wording_of_the_file() -> None:
    same = load_layout(f"# a comment\n{SMALL}", "a.toml", {})
    assert same.digest == load_layout(SMALL, "b.toml", {}).digest
    assert same.digest != load_layout(small(("length = 5", "length = 6")), "b.toml", {}).digest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (small(("[layout]", "[layout")), "TOML"),
        (small(('name = "甲"\n', "")), "name"),
        (small(("length = 5", 'length = "5"')), "length"),
        (small(("length = 5", "length = true")), "length"),
        (small(("length = 5", "lenght = 5\nlength = 5")), "lenght"),
        (small(('type = "X"', 'type = "Z"')), "type"),
        (small(('type = "X"', 'type = "WAREKI"')), "era_codes"),
        (small(('type = "X"', 'type = "9V"'), ("length = 5", 'length = "5"')), "9V"),
        (small(('type = "X"', 'type = "9V"')), "9V"),
        (small(('type = "X"', 'type = "9V"'), ("length = 5", 'length = "5,0"')), "9V"),
        (small(('charset = "cp932"', 'charset = "latin-1"')), "charset"),
        (small(('charset = "cp932"', 'charset = "cp932"\ndelimiter = "::"')), "delimiter"),
        (small(('charset = "cp932"', 'charset = "cp932"\nera_codes = "sex"')), "sex"),
        (small(('required = "required"', 'required = "conditional"')), "condition"),
        (small(('required = "required"', 'required = "optional"\ncondition = "a is empty"')), "condition"),
        (small(('required = "required"', 'required = "conditional"\ncondition = "a =="')), "a =="),
        (small(('required = "required"', 'required = "conditional"\ncondition = "b is empty"')), "b"),
        (small(("length = 5", 'length = 5\ncodes = "nowhere"')), "nowhere"),
        (small(("length = 5", 'length = 5\npattern = "(?=a)"')), "pattern"),
        (small(("length = 5", 'length = 5\npattern = "[^a]"')), "pattern"),
        (small(("length = 5", 'length = 5\npattern = "("')), "pattern"),
        (small(("length = 5", 'length = 5\nminimum = "1"')), "minimum"),
        (small(more=SMALL[SMALL.index("[[item]]") :]), "key"),
        (SMALL[: SMALL.index("[[item]]")], "items"),
        (small(more='[[set_rule]]\nkind = "unique"\nitems = ["z"]\n'), "z"),
        (small(more='[[set_rule]]\nkind = "unique"\nitems = [1]\n'), "items"),
    ],
)
def test_a_wrong_definition_is_refused_with_file_and_field(text: str, says: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        load_layout(text, "wrong.toml", {})
    assert "wrong.toml" in caught.value.message_ja
    assert says in caught.value.message_en
    assert caught.value.message_ja.startswith("定義「")


def test_a_code_list_refuses_a_code_that_stands_twice() -> None:
    head = '[code_list]\nkey = "k"\nname = "n"\nsource = "s"\nedition = "e"\nconfirmed = true\n'
    value = '[[value]]\ncode = "1"\nname = "一"\n'
    found = load_code_list(head + value, "k.toml")
    assert found.codes == {"1"}
    assert (found.name_of("1"), found.name_of("9")) == ("一", "")
    with pytest.raises(BadDefinition, match="2回"):
        load_code_list(head + value + value, "k.toml")


def test_an_unknown_definition_or_one_outside_the_folder_is_not_read() -> None:
    for key in ("nowhere", "../layouts/vendor-kasumi-juki", "codes/sex"):
        with pytest.raises(BadDefinition):
            shipped().layout(key)
    assert Catalogue(data_folder() / "layouts").layout("vendor-kasumi-juki").digest == KASUMI.source.digest


def test_a_part_of_a_layout_frees_conditions_and_rules_that_look_at_what_is_left_out() -> None:
    part = KASUMI.source.subset(("atena_code", "shojo_ymd", "genzon_kbn"))
    assert part.by_key["shojo_ymd"].requirement is Requirement.OPTIONAL
    assert part.by_key["shojo_ymd"].type is ItemType.WAREKI
    assert part.set_rules == ()
    assert part.digest != KASUMI.source.digest
    assert KASUMI.within(part.keys).source.keys == part.keys
