"""A second file for the same people: what it changes is told, and rows that were set aside and mended come in."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.files.actions import open_file
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions
from machikumo.layouts.left_out import DIFFERS
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import issues_of, move_in_of
from machikumo.register.models import PersonVersion
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.layouts.models import MoveIn

MAPPING = "kasumi-to-standard"
TODAY = date(2026, 4, 1)


def moved_in(scope: Scope, data: bytes, name: str = "town.csv") -> MoveIn:
    one = actions.receive(scope, name=name, chunks=[data], mapping_key=MAPPING)
    started = actions.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, one.pk)


def exported(folder: Path, people: int, defects: float, seed: int = 31) -> bytes:
    return make_export(Order("182079", people, seed, TODAY, Vendor.KASUMI, defects), folder).file.read_bytes()


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("cp932"), newline="")))


def file_of(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("cp932")


def renamed(data: bytes) -> bytes:
    """The file with another given name in every row."""
    place = shipped().mapping(MAPPING).source.index["kanji_shimei"]
    header, *rows = rows_of(data)
    return file_of([header, *([*row[:place], f"{row[place]}乙", *row[place + 1 :]] for row in rows)])


def names_in(scope: Scope) -> list[str]:
    with entered(scope):
        return sorted(PersonVersion.objects.within(scope).values_list("name", flat=True))


@pytest.fixture(scope="module")
def plain_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return exported(tmp_path_factory.mktemp("plain"), 60, 0.0)


def test_names_that_a_second_file_changes_under_the_same_keys_are_told_and_the_proof_does_not_hold(
    scope: Scope, plain_file: bytes
) -> None:
    first = moved_in(scope, plain_file)
    before = names_in(scope)
    second = moved_in(scope, renamed(plain_file))
    proof = second.reconciliation
    assert (second.accepted, proof["differing"], proof["already"]) == (first.accepted, first.accepted, 0)
    assert not proof["holds"]
    assert names_in(scope) == before, "nothing is written over"
    told = next(finding for finding in second.findings if finding["rule"] == DIFFERS)
    assert (told["count"], told["severity"]) == (first.accepted, "error")
    with entered(scope):
        issues = list(issues_of(scope, second, rule=DIFFERS))
    assert len(issues) == min(first.accepted, 200)
    assert {issue.item for issue in issues} == {"氏名"}
    texts = "".join(f"{issue.value}{issue.message_ja}{issue.message_en}" for issue in issues)
    assert not [name for name in before if name in texts]


def test_one_changed_row_among_equal_ones_is_named_by_its_place(scope: Scope, plain_file: bytes) -> None:
    first = moved_in(scope, plain_file)
    header, *rows = rows_of(plain_file)
    changed = rows_of(renamed(plain_file))
    second = moved_in(scope, file_of([header, *rows[:4], changed[5], *rows[5:]]))
    assert (second.reconciliation["differing"], second.reconciliation["already"]) == (1, first.accepted - 1)
    with entered(scope):
        assert [issue.row for issue in issues_of(scope, second, rule=DIFFERS)] == [5]


def test_page_and_report_show_what_was_there_and_what_differs(
    client: Client,
    town: Organisation,
    scope_of: Callable[..., Scope],
    signed_in: Callable[..., object],
    plain_file: bytes,
) -> None:
    scope = scope_of(town)
    moved_in(scope, plain_file)
    same, other = moved_in(scope, plain_file), moved_in(scope, renamed(plain_file))
    signed_in(client, town, "information_officer")
    for path in ("", "report/"):
        first = client.get(f"/{town.code}/work/move/{same.pk}/{path}").content.decode()
        second = client.get(f"/{town.code}/work/move/{other.pk}/{path}").content.decode()
        assert "すでに同じ内容であった行" in first
        assert "台帳と内容が違う行" in second
        assert "内容が違います（台帳は変えていません）" in second


def test_rows_that_were_set_aside_and_mended_come_in_and_agree(scope: Scope, tmp_path: Path) -> None:
    """The demonstration's way: a town with faults, some rows set aside, some of them mended and read in again."""
    spoilt = exported(tmp_path, 600, 0.02)
    first = moved_in(scope, spoilt)
    assert first.reconciliation["holds"]
    assert first.quarantine is not None
    _, place = open_file(scope, token=first.quarantine.token)
    mended = mended_rows(place.read_bytes(), exported(tmp_path / "sound", 600, 0.0))
    assert 0 < len(mended) - 1 < first.quarantined
    second = moved_in(scope, file_of(mended), "mended.csv")
    assert second.accepted > 0
    assert second.accepted + second.quarantined == len(mended) - 1
    assert second.reconciliation["holds"], second.reconciliation
    assert second.reconciliation["others"] == first.accepted
    assert (second.loaded, second.reconciliation["differing"]) == (second.accepted, 0)
    with entered(scope):
        assert PersonVersion.objects.within(scope).count() == first.accepted + second.accepted


def mended_rows(held: bytes, sound: bytes) -> list[list[str]]:
    """Header and the rows set aside, as far as they can be read, with the sound file's values."""
    layout = shipped().mapping(MAPPING).source
    places = [layout.index[key] for key in layout.primary_key]
    header, *rows = rows_of(sound)
    by_key = {tuple(row[place] for place in places): row for row in rows}
    readable = csv.reader(io.StringIO(held.decode("cp932", "replace").replace("\0", ""), newline=""))
    keys = {tuple(row[place] for place in places) for row in readable if len(row) == len(header)}
    return [header, *(by_key[key] for key in sorted(keys) if key in by_key)]
