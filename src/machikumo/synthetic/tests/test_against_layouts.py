"""The made-up files against the room that must read them: what one writes, the other checks and converts back."""

import io
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.mapping import Mapping
from machikumo.layouts.queries.catalogue import shipped
from machikumo.synthetic.domain.bulk import BulkPress
from machikumo.synthetic.domain.faults import Fault, broken
from machikumo.synthetic.domain.population import Town
from machikumo.synthetic.domain.rows import ITEMS, Row
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.tables import basis_of, name_tables
from machikumo.synthetic.tests.scenes import AS_OF, SABAE
from machikumo.synthetic.towns import residents
from machikumo.synthetic.vendors import Vendor, exporter_of

both = pytest.mark.parametrize("vendor", list(Vendor))


@cache
def mapping_of(vendor: Vendor) -> Mapping:
    return shipped().mapping(f"{vendor.value}-to-standard")


def checked(vendor: Vendor, data: bytes) -> tuple[list[Any], list[Row]]:
    """Return all issues and the converted rows of a file."""
    mapping = mapping_of(vendor)
    plan = Plan(layout=mapping.source, mapping=mapping, training=True, file_name="made-up.csv")
    issues: list[Any] = []
    rows: list[Row] = []
    for result in iterate_blocks(io.BytesIO(data), plan):
        issues += result.issues
        if result.converted is not None:
            frame = result.converted
            tuples = frame.rows() if hasattr(frame, "rows") else frame
            rows += [dict(zip(mapping.target.keys, values, strict=True)) for values in tuples]
    return issues, rows


def made(vendor: Vendor, folder: Path, share: float, **more: Any) -> tuple[bytes, dict[str, Any]]:
    facts = {"code": SABAE, "people": 2_500, "seed": 4, "as_of": AS_OF} | more
    export = make_export(Order(vendor=vendor, defects=share, **facts), folder)
    return export.file.read_bytes(), json.loads(export.truth.read_text(encoding="utf-8"))


def carried(vendor: Vendor) -> list[str]:
    return [target for move in mapping_of(vendor).moves for target in move.target]


def test_the_rows_have_the_columns_of_the_standard_layout() -> None:
    assert shipped().layout("resident-standard").keys == ITEMS


@both
@pytest.mark.parametrize("code", [SABAE, "403491", "121002"])
def test_a_clean_file_has_no_finding_and_comes_back_as_it_was(vendor: Vendor, code: str, tmp_path: Path) -> None:
    data, truth = made(vendor, tmp_path, 0.0, code=code)
    issues, rows = checked(vendor, data)
    assert [(issue.rule, issue.row, issue.item) for issue in issues] == []
    assert len(rows) == truth["records"]
    keys = carried(vendor)
    for row, standard in zip(rows, residents(code, 2_500, 4, AS_OF), strict=True):
        assert [row[key] for key in keys] == [standard[key] for key in keys]


@both
def test_every_planted_defect_is_found_exactly_once_and_nothing_else(vendor: Vendor, tmp_path: Path) -> None:
    data, truth = made(vendor, tmp_path, 0.04)
    issues, _ = checked(vendor, data)
    planted = Counter((defect["found_at"], defect["rule"], defect["item"]) for defect in truth["defects"])
    assert Counter((issue.row, issue.rule, issue.item) for issue in issues) == planted
    assert len(planted) == len(truth["defects"]) > 90


@both
def test_the_defects_of_a_bulk_file_are_found_in_every_block(vendor: Vendor) -> None:
    families = [line.written for line in name_tables().family]
    press = BulkPress(exporter_of(vendor), 0.01, Town(basis_of(SABAE), 7, AS_OF), families)
    issues, _ = checked(vendor, b"".join(press.pieces(4_000, 1_000)))
    planted = Counter((defect.found_at, defect.rule, defect.item) for defect in press.planter.planted)
    assert Counter((issue.row, issue.rule, issue.item) for issue in issues) == planted
    assert len(planted) == len(press.planter.planted) > 40


@both
@pytest.mark.parametrize("fault", list(Fault))
def test_every_broken_file_is_found_out_by_the_rule_it_names(vendor: Vendor, fault: Fault, tmp_path: Path) -> None:
    data, _ = made(vendor, tmp_path, 0.0, people=200)
    wanted = broken(fault, data, mapping_of(vendor).source)
    issues, _ = checked(vendor, wanted.data)
    assert wanted.rule in {issue.rule for issue in issues}
    assert all(issue.message_ja and issue.remedy_ja for issue in issues)


@both
def test_rows_that_hold_are_counted_as_the_truth_counts_them(vendor: Vendor, tmp_path: Path) -> None:
    data, truth = made(vendor, tmp_path, 0.0)
    _, rows = checked(vendor, data)
    live = [row for row in rows if row["is_latest"] == "1" and row["resident_state"] == "1"]
    assert Counter(row["sex"] for row in live) == truth["town"]["by_sex"]
    assert Counter(row["birth_date"][:4] or "unknown" for row in live) == truth["town"]["by_birth_year"]
    assert Counter(row["local_district_1"] for row in live) == truth["town"]["by_district"]
    assert len({row["household_number"] for row in live}) == truth["town"]["live_households"]
