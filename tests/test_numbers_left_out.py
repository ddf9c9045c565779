"""Two people with one number in the old system: both rows move in, and the move-in says whose number is missing."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.jobs.running import perform
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions
from machikumo.layouts.left_out import CLASH
from machikumo.layouts.moving import Mover
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import issues_of, move_in_of
from machikumo.register.models import Person
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.models import MoveIn

MAPPING = "kasumi-to-standard"
PERSON, NUMBER = "atena_code", "kojin_no"


class Quiet:
    """A run that nobody watches."""

    token = "job:quiet"

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:
        """Tell nobody."""

    def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:
        """Tell nobody."""


def with_one_number_twice(data: bytes) -> tuple[bytes, list[str], int]:
    """The file with the first person's number given to the next one too; both persons, and how many have a number."""
    layout = shipped().mapping(MAPPING).source
    person, number = layout.index[PERSON], layout.index[NUMBER]
    rows = list(csv.reader(io.StringIO(data.decode("cp932"), newline="")))
    numbers = {row[person]: row[number] for row in rows[1:] if row[number]}
    one, other = list(numbers)[:2]
    for row in rows[1:]:
        if row[person] == other and row[number]:
            row[number] = numbers[one]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("cp932"), [one.zfill(15), other.zfill(15)], len(numbers)


def moved_in(scope: Scope, data: bytes) -> MoveIn:
    one = actions.receive(scope, name="town.csv", chunks=[data], mapping_key=MAPPING)
    started = actions.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, one.pk)


@pytest.fixture(scope="module")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[str], int]:
    folder = tmp_path_factory.mktemp("town")
    export = make_export(Order("182079", 60, 31, date(2026, 4, 1), Vendor.KASUMI, 0.0), folder)
    return with_one_number_twice(export.file.read_bytes())


def test_both_rows_are_kept_and_the_clash_is_told(scope: Scope, town_file: tuple[bytes, list[str], int]) -> None:
    data, people, with_number = town_file
    one = moved_in(scope, data)
    assert one.quarantined == 0
    assert one.reconciliation["holds"]
    with entered(scope):
        issues = list(issues_of(scope, one, rule=CLASH))
        assert Person.objects.within(scope).filter(addressee_number__in=people).count() == 2
        assert NumberRecord.objects.within(scope).filter(kind="individual_number").count() == with_number - 1
    assert len(issues) == 1
    assert (issues[0].severity, issues[0].item) == ("warning", "個人番号")
    assert sum(person in issues[0].message_ja for person in people) == 1
    assert issues[0].row > 0
    told = next(finding for finding in one.findings if finding["rule"] == CLASH)
    assert (told["count"], told["severity"]) == (1, "warning")


def test_no_finding_holds_a_number(scope: Scope, town_file: tuple[bytes, list[str], int]) -> None:
    data, _, _ = town_file
    one = moved_in(scope, data)
    layout = shipped().mapping(MAPPING).source
    rows = csv.reader(io.StringIO(data.decode("cp932"), newline=""))
    numbers = {row[layout.index[NUMBER]] for row in rows} - {""}
    with entered(scope):
        texts = [f"{issue.value} {issue.message_ja} {issue.message_en}" for issue in issues_of(scope, one)]
    assert texts
    assert not [text for text in texts for number in numbers if number in text]


def test_a_check_that_is_done_again_does_not_forget_the_clash(
    scope: Scope, town_file: tuple[bytes, list[str], int]
) -> None:
    data, _, _ = town_file
    one = moved_in(scope, data)
    mover = Mover(scope, Quiet(), one.pk)
    mover.load(mover.check())
    with entered(scope):
        again = move_in_of(scope, one.pk)
        assert issues_of(scope, again, rule=CLASH).count() == 1
    assert [finding["count"] for finding in again.findings if finding["rule"] == CLASH] == [1]


def test_a_second_rehearsal_tells_the_clash_again(scope: Scope, town_file: tuple[bytes, list[str], int]) -> None:
    data, _, _ = town_file
    moved_in(scope, data)
    second = moved_in(scope, data)
    assert [finding["count"] for finding in second.findings if finding["rule"] == CLASH] == [1]
