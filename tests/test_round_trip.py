"""A town moves in, and leaves in its old vendor's layout: every character of every accepted row is as it came."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.files.actions import open_file
from machikumo.kernel.files.closing import new_key, open_closed
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.models import MoveIn

TOWNS = [
    ("182079", Vendor.KASUMI, "kasumi-to-standard", 0.02),
    ("403491", Vendor.MINATO, "minato-to-standard", 0.0),
]
PEOPLE = 600
LINE_BREAKS = ("\r\n", "\n")


def moved_in(scope: Scope, file: Path, mapping: str) -> MoveIn:
    one = actions.receive(scope, name=file.name, chunks=[file.read_bytes()], mapping_key=mapping)
    started = actions.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, one.pk)


def records(data: bytes, mapping: str) -> dict[tuple[str, ...], list[str]]:
    """The rows by their key; what cannot be read is left out, as it was never accepted."""
    layout = shipped().mapping(mapping).source
    places = [layout.index[key] for key in layout.primary_key]
    text = data.decode(layout.physical.charset, "surrogateescape")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    return {tuple(row[place] for place in places): row for row in rows if len(row) == len(layout.items)}


@pytest.mark.parametrize(("code", "vendor", "mapping", "defects"), TOWNS)
def test_what_goes_out_is_what_came_in(
    scope: Scope, tmp_path: Path, code: str, vendor: Vendor, mapping: str, defects: float
) -> None:
    export = make_export(Order(code, PEOPLE, 11, date(2026, 4, 1), vendor, defects), tmp_path)
    one = moved_in(scope, export.file, mapping)
    assert one.reconciliation["holds"], one.findings
    public, secret = new_key()
    stored = actions.export_file(scope, mapping_key=mapping, recipient=public)
    _, closed = open_file(scope, token=stored.token)
    place = tmp_path / "went.csv"
    with closed.open("rb") as source, place.open("wb") as out:
        open_closed(source, out, secret)

    came, went = records(export.file.read_bytes(), mapping), records(place.read_bytes(), mapping)
    assert len(went) == one.accepted
    differing = {key: row for key, row in went.items() if came[key] != row}
    assert differing == {}

    in_bytes, out_bytes = lines(export.file), lines(place)
    reasons = Counter(out_bytes - in_bytes)
    unexplained = [line for line in reasons if not is_explained(line, vendor)]
    assert unexplained == []
    note = {"accepted": one.accepted, "rows_differing_in_bytes": sum(reasons.values())}
    (tmp_path / "round_trip.json").write_text(json.dumps(note), encoding="utf-8")


def lines(file: Path) -> Counter[bytes]:
    return Counter(file.read_bytes().splitlines())


def is_explained(line: bytes, vendor: Vendor) -> bool:
    """A character with two CP932 cells may come back in the other one: the row's characters are equal all the same."""
    return vendor is Vendor.KASUMI and line.decode("cp932").encode("cp932") != line


def test_a_file_that_is_not_what_it_says_is_refused_whole_and_says_why(scope: Scope, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes("氏名,住所\r\n佐藤　花,本町\r\n".encode("cp932"))
    one = moved_in(scope, wrong, "kasumi-to-standard")
    assert (one.state, one.accepted, one.loaded) == ("stopped", 0, 0)
    assert one.findings[0]["rule"] == "file.header"


def test_an_empty_file_is_refused_in_words(scope: Scope, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    one = moved_in(scope, empty, "kasumi-to-standard")
    assert (one.state, one.findings[0]["rule"]) == ("stopped", "file.empty")


def test_a_move_in_that_runs_twice_doubles_and_loses_nothing(scope: Scope, tmp_path: Path) -> None:
    code, vendor, mapping, defects = TOWNS[0]
    export = make_export(Order(code, 200, 12, date(2026, 4, 1), vendor, defects), tmp_path)
    first = moved_in(scope, export.file, mapping)
    second = moved_in(scope, export.file, mapping)
    assert (first.rehearsal, second.rehearsal) == (1, 2)
    assert second.reconciliation["holds"]
    assert second.reconciliation["already"] == second.accepted == first.accepted
