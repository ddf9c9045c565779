"""Table Schema and CSVW: what the forms can say is said as their specifications want it, the rest is told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from machikumo.definitions.domain.document import Form
from machikumo.definitions.domain.interchange.csvw import csvw
from machikumo.definitions.domain.interchange.table_schema import data_package, package_name
from machikumo.definitions.tests.makers import code_sheet, document, item, shipped_document
from machikumo.layouts.domain.rules import compile_rules
from machikumo.layouts.queries.catalogue import shipped

ITEMS = (
    item("number", primary_key=True, required="required"),
    item("name", type="N", length=10),
    item("kind", codes="kinds"),
    item("count", type="9", length=3),
    item("age", type="9", length=3, minimum="0", maximum="150"),
    item("delta", type="S9", length=3),
    item("share", type="9V", length="3,2"),
    item("year", type="YEAR", length=4),
    item("day", type="DATE", length=10, minimum="2000-01-01"),
    item("until", type="DATE", length=10, open_end=True),
    item("time", type="TIME", length=8),
    item("flag", type="BOOL", length=1),
    item("free", type="TEXT", length=50),
    item("zip", pattern="[0-9]{7}"),
    item("picture", type="BLOB", length=40),
)
FOUND = document(
    *ITEMS, form=Form(true_value="○", false_value=""), codes=(code_sheet("kinds", "1", "2"),), licence="CC BY 4.0"
)
TYPES = {"string", "number", "integer", "boolean", "object", "array", "date", "time", "datetime", "year", "yearmonth"}
CONSTRAINTS = {"required", "unique", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum"}
DATATYPES = {"string", "integer", "decimal", "date", "time", "boolean"}


def fields(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found["resources"][0]["schema"]["fields"]}


@pytest.mark.parametrize("key", shipped().layout_keys)
def test_every_shipped_layout_is_a_data_package_by_the_specification(key: str) -> None:
    source = shipped_document(key)
    layout = source.layout(shipped().code_lists)
    found = json.loads(json.dumps(data_package(layout, source.head, "a.csv")))
    assert re.fullmatch(r"[a-z0-9._-]+", found["name"])
    (resource,) = found["resources"]
    assert {"name", "path", "schema", "dialect", "encoding"} <= set(resource)
    names = [one["name"] for one in resource["schema"]["fields"]]
    assert len(set(names)) == len(names) == len(layout.items)
    assert set(resource["schema"].get("primaryKey", [])) <= set(names)
    for one in resource["schema"]["fields"]:
        assert one["type"] in TYPES
        assert set(one.get("constraints", {})) <= CONSTRAINTS
        re.compile(one.get("constraints", {}).get("pattern", ""))


@pytest.mark.parametrize("key", shipped().layout_keys)
def test_every_shipped_layout_is_csvw_metadata_by_the_specification(key: str) -> None:
    source = shipped_document(key)
    found = json.loads(json.dumps(csvw(source.layout(shipped().code_lists), source.head, "a.csv")))
    assert found["@context"][0] == "http://www.w3.org/ns/csvw"
    assert found["url"] == "a.csv"
    columns = found["tableSchema"]["columns"]
    names = [one["name"] for one in columns]
    assert len(set(names)) == len(names)
    assert not any(name.startswith("_") for name in names)
    assert set(found["tableSchema"].get("primaryKey", [])) <= set(names)
    assert {one["datatype"]["base"] for one in columns} <= DATATYPES
    assert all(isinstance(one["null"], list) for one in columns)


def test_each_type_becomes_what_the_schema_has_for_it() -> None:
    found = fields(data_package(FOUND.layout(), FOUND.head, "a.csv"))
    assert found["number"]["constraints"] == {"required": True, "maxLength": 5, "pattern": "[ -~｡-ﾟ]*"}
    assert found["kind"]["constraints"] == {"enum": ["1", "2"]}
    assert found["age"]["type"] == "integer"
    assert found["age"]["constraints"] == {"minimum": 0, "maximum": 150}
    assert found["day"] | {"description": ""} == {
        "name": "day", "title": "day", "description": "", "type": "date", "format": "%Y-%m-%d",
        "constraints": {"minimum": "2000-01-01"},
    }  # fmt: skip
    assert found["until"]["type"] == "string"
    assert found["flag"]["trueValues"] == ["○"]
    assert found["zip"]["constraints"] == {"pattern": "[0-9]{7}"}
    assert "full width" in found["name"]["machikumo:unsaid"][0]


def test_csvw_puts_codes_and_forms_into_the_datatype() -> None:
    found = csvw(FOUND.layout(), FOUND.head, "a.csv")
    columns = {one["name"]: one["datatype"] for one in found["tableSchema"]["columns"]}
    assert columns["kind"] == {"base": "string", "format": "^(?:1|2)$"}
    assert columns["flag"] == {"base": "boolean", "format": "○|"}
    assert columns["age"] == {"base": "integer", "minimum": 0, "maximum": 150}
    assert columns["day"]["format"] == "yyyy-MM-dd"
    assert found["dc:license"] == "CC BY 4.0"
    assert any("full width" in note for note in found["notes"])


@pytest.mark.parametrize(
    "value", ["1", "12", "999", "-12", "1.25", "-0.5", "2026", "09:30", "23:59:59", "ｱｲｳ a", "1234567"]
)
def test_a_pattern_accepts_what_our_own_check_accepts(value: str) -> None:
    layout = FOUND.layout()
    found = fields(data_package(layout, FOUND.head, "a.csv"))
    rules = compile_rules(layout).cells
    for one in layout.items:
        pattern = found[one.key].get("constraints", {}).get("pattern")
        if pattern and not one.open_end:
            ours = all(rule.accepts(value) for rule in rules if rule.item.key == one.key)
            length = found[one.key]["constraints"].get("maxLength", 99)
            assert (re.fullmatch(pattern, value) is not None and len(value) <= length) == ours, one.key


def test_names_of_packages_are_what_the_specification_allows() -> None:
    assert package_name("Town List/1") == "town-list-1"
    assert package_name("名簿") == "layout"
