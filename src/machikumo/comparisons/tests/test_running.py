"""A run: drawn, answered by a list or from paper, compared, decided by name, and what the cut-over is told."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from machikumo.comparisons import actions, evidence, queries
from machikumo.comparisons.domain.errors import ComparisonError, NoReason, UnreadableList
from machikumo.comparisons.domain.judging import Decision, Verdict
from machikumo.comparisons.domain.sampling import Stratum
from machikumo.comparisons.reporting import workbook
from machikumo.comparisons.tests.conftest import TODAY
from machikumo.cutover.tests.making import MAPPING, file_of, place_of, rows_of
from machikumo.kernel.approvals.blockers import Signing
from machikumo.kernel.errors import Conflict, NotFound, NotPermitted
from machikumo.kernel.ledger.tests.helpers import rows_of as ledger_rows
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions as register
from machikumo.register import queries as residents

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.comparisons.models import ComparedField, Comparison, Sampled
    from machikumo.comparisons.queries import Figures
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def people(scope: Scope, one: Comparison) -> list[Sampled]:
    with entered(scope):
        return queries.people_of(scope, one)


def figures(scope: Scope, one: Comparison) -> Figures:
    with entered(scope):
        return queries.figures_of(scope, one)


def fields(scope: Scope, one: Comparison, verdict: Verdict = Verdict.DIFFERENT) -> list[ComparedField]:
    with entered(scope):
        return [row for row in queries.all_fields_of(scope, one) if row.verdict == verdict]


def taken(scope: Scope, one: Comparison, data: bytes, name: str = "old.csv") -> int:
    return actions.take_list(scope, comparison_id=one.pk, name=name, data=data, mapping_key=MAPPING)


def changed(data: bytes, addressee: str, item: str, change: Callable[[str], str]) -> bytes:
    """The list with another value in every row of one person."""
    header, *rows = rows_of(data)
    person, place = place_of("atena_code"), place_of(item)
    for row in rows:
        if row[person].zfill(15) == addressee:
            row[place] = change(row[place])
    return file_of([header, *rows])


def japanese(scope: Scope, one: Comparison) -> Sampled:
    return next(person for person in people(scope, one) if not person.is_foreign and "removed" not in person.strata)


def test_the_sample_has_the_size_and_every_kind_of_people_that_the_town_has(officer: Scope, sample: Comparison) -> None:
    drawn = people(officer, sample)
    strata = {stratum for person in drawn for stratum in person.strata}
    assert len(drawn) == 30
    assert {Stratum.LARGE, Stratum.SINGLE, Stratum.HISTORY} <= strata
    again = actions.draw_sample(officer, name="再抽出", seed="令和8年", size=30, today=TODAY)
    assert [one.token for one in people(officer, again)] == [one.token for one in drawn]


def test_a_protected_person_is_drawn(officer: Scope, sample: Comparison) -> None:
    from machikumo.register.domain.blocks import BlockLevel

    drawn = {person.person_id for person in people(officer, sample)}
    with entered(officer):
        outside = next(row[0] for row in residents.features(officer) if row[0] not in drawn)
    register.add_block(officer, person_id=outside, level=BlockLevel.REFUSE, starts_on=TODAY, ends_on=None)
    again = actions.draw_sample(officer, name="保護", seed="令和8年", size=30, today=TODAY)
    assert outside in {person.person_id for person in people(officer, again)}


def test_the_towns_own_list_agrees_in_every_field(officer: Scope, sample: Comparison, old_list: bytes) -> None:
    assert taken(officer, sample, old_list) == 30
    found = figures(officer, sample)
    assert (found.answered, found.different, found.undecided) == (30, 0, 0)
    assert found.compared > 30 * 30
    assert found.equal + found.form == found.compared
    assert found.is_done


def test_one_changed_name_is_found_in_the_certificate_and_in_the_register(
    officer: Scope, sample: Comparison, old_list: bytes
) -> None:
    person = japanese(officer, sample)
    taken(officer, sample, changed(old_list, person.addressee_number, "kanji_shimei", lambda name: f"{name}乙"))
    rows = [row for row in fields(officer, sample) if row.sampled.number == person.number]
    assert {(row.place, row.key) for row in rows} >= {("certificate", "name"), ("register", "name")}
    assert all(row.old == f"{row.ours}乙" for row in rows if row.key == "name")
    assert not figures(officer, sample).is_done


def test_the_same_columns_in_a_workbook_are_read_as_the_list(
    officer: Scope, sample: Comparison, old_list: bytes
) -> None:
    book = openpyxl.Workbook()
    for row in rows_of(old_list):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert taken(officer, sample, out.getvalue(), "old.xlsx") == 30
    assert figures(officer, sample).different == 0


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00broken", b"PK\x03\x04 no workbook"])
def test_a_list_that_cannot_be_read_is_refused_and_nothing_is_taken(
    officer: Scope, sample: Comparison, data: bytes
) -> None:
    with pytest.raises(UnreadableList):
        taken(officer, sample, data)
    assert figures(officer, sample).answered == 0


def test_a_list_without_some_people_leaves_them_unanswered(officer: Scope, sample: Comparison, old_list: bytes) -> None:
    person = people(officer, sample)[0]
    header, *rows = rows_of(old_list)
    left = [row for row in rows if row[place_of("atena_code")].zfill(15) != person.addressee_number]
    assert taken(officer, sample, file_of([header, *left])) == 29
    assert people(officer, sample)[0].source == ""
    assert not figures(officer, sample).is_done


def test_paper_is_typed_field_by_field_and_form_is_told_from_difference(
    officer: Scope, sample: Comparison, old_list: bytes
) -> None:
    person = japanese(officer, sample)
    taken(officer, sample, old_list)
    with entered(officer):
        printed = dict(queries.sampled_of(officer, person.pk).answers)
    typed = printed | {"name": printed["name"].replace("　", " "), "sex": "不明", "remarks": "省略"}
    actions.take_paper(officer, sampled_id=person.pk, values=typed | {"not_a_field": "x"})
    with entered(officer):
        rows = {row.key: row for row in queries.fields_of(officer, queries.sampled_of(officer, person.pk))}
    assert (rows["name"].verdict, rows["name"].reasons) == ("form", ["width"])
    assert rows["sex"].verdict == "different"
    assert set(rows) == {"name", "sex"}
    with pytest.raises(ComparisonError, match="入力されていません"):
        actions.take_paper(officer, sampled_id=person.pk, values={"name": " "})


def test_a_difference_is_decided_by_name_with_a_reason(officer: Scope, sample: Comparison, old_list: bytes) -> None:
    person = japanese(officer, sample)
    taken(officer, sample, changed(old_list, person.addressee_number, "kanji_shimei", lambda name: f"{name}乙"))
    rows = fields(officer, sample)
    with pytest.raises(NoReason):
        actions.decide(officer, field_id=rows[0].pk, decision=Decision.EXPLAINED, reason=" ")
    for row in rows:
        actions.decide(officer, field_id=row.pk, decision=Decision.OLD_RIGHT, reason="戸籍の記載を確認")
    found = figures(officer, sample)
    assert (found.undecided, found.to_mend, found.is_done) == (0, len(rows), False)
    for row in rows:
        actions.decide(officer, field_id=row.pk, decision=Decision.OURS_RIGHT, reason="旧の入力誤り")
    assert figures(officer, sample).is_done
    with entered(officer):
        row = queries.field_of(officer, rows[0].pk)
    assert (row.decided_by, row.decided_role, row.reason) == ("account:1", "desk_clerk", "旧の入力誤り")


def test_what_was_mended_agrees_when_it_is_compared_again_and_other_decisions_stay(
    officer: Scope, sample: Comparison, old_list: bytes
) -> None:
    person = japanese(officer, sample)
    data = changed(old_list, person.addressee_number, "kanji_shimei", lambda name: f"{name}乙")
    taken(officer, sample, changed(data, person.addressee_number, "kana_shimei", lambda name: f"{name}ｵﾂ"))
    for row in fields(officer, sample):
        decision = Decision.OLD_RIGHT if row.key == "name" else Decision.EXPLAINED
        actions.decide(officer, field_id=row.pk, decision=decision, reason="確認した")
    with entered(officer):
        version = residents.present_version_of(officer, person.person_id)
    register.correct(
        officer,
        person_id=person.person_id,
        expected_version_id=version.pk,
        changes={"name": f"{version.name}乙"},
        ground="notification",
    )
    assert actions.compare_again(officer, comparison_id=sample.pk) == 30
    rows = [row for row in fields(officer, sample) if row.sampled.number == person.number]
    assert "name" not in {row.key for row in rows}
    kana = [row for row in rows if row.key == "name_kana"]
    assert kana
    assert all(row.decision == "explained" for row in kana)


def test_what_is_equal_but_for_its_form_needs_no_decision(officer: Scope, sample: Comparison) -> None:
    person = japanese(officer, sample)
    with entered(officer):
        version = residents.present_version_of(officer, person.person_id)
    actions.take_paper(officer, sampled_id=person.pk, values={"name": version.name.replace("　", "")})
    form = [row for row in fields(officer, sample, Verdict.FORM) if row.key == "name"]
    assert form[0].reasons == ["spaces"]
    with pytest.raises(Conflict, match="差異ではありません"):
        actions.decide(officer, field_id=form[0].pk, decision=Decision.EXPLAINED, reason="理由")


def test_every_comparing_and_opening_is_a_row_of_the_person(
    officer: Scope, sample: Comparison, old_list: bytes
) -> None:
    taken(officer, sample, old_list)
    person = people(officer, sample)[0]
    actions.open_person(officer, sampled_id=person.pk, ground="data_migration")
    rows = ledger_rows(officer, "event, subject")
    of_person = [event for event, subject in rows if subject == f"person:{person.token}"]
    assert {"certificate.composed", "person.compared", "comparison.opened"} <= set(of_person)
    assert sum(event == "person.compared" for event, _ in rows) == 30


def test_no_certificate_is_issued_and_no_number_is_opened_or_kept(
    officer: Scope, sample: Comparison, old_list: bytes
) -> None:
    from machikumo.certificates.models import CertificateRequest

    taken(officer, sample, old_list)
    with entered(officer):
        assert not CertificateRequest.objects.within(officer).exists()
        items = [person.items for person in queries.people_of(officer, sample)]
    assert all(not {"individual_number", "resident_record_code"} & set(one) for one in items)
    assert "number.opened" not in {event for (event,) in ledger_rows(officer, "event")}


def test_the_report_names_nobody_and_masks_every_value(officer: Scope, sample: Comparison, old_list: bytes) -> None:
    person = japanese(officer, sample)
    taken(officer, sample, changed(old_list, person.addressee_number, "kanji_shimei", lambda name: f"{name}乙"))
    actions.make_report(officer, comparison_id=sample.pk)
    with entered(officer):
        data = workbook(officer, sample)
        names = {
            residents.present_version_of(officer, one.person_id).name for one in queries.people_of(officer, sample)
        }
    book = openpyxl.load_workbook(io.BytesIO(data))
    text = "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)
    assert book.sheetnames == ["概要", "抽出した人", "項目"]
    assert not [name for name in names if name in text]
    assert "●" in text
    assert "氏名" in text


def test_the_cut_over_is_told_and_stopped_while_a_difference_waits(
    officer: Scope, sample: Comparison, old_list: bytes
) -> None:
    signing = Signing("cutover:1", "resident_record", 1, is_real=True)
    with entered(officer):
        told = evidence.side_by_side(officer)
        assert told is not None
        assert told.holds is False
        assert evidence.blockers(officer, signing) == []
    person = japanese(officer, sample)
    taken(officer, sample, changed(old_list, person.addressee_number, "kanji_shimei", lambda name: f"{name}乙"))
    with entered(officer):
        (blocker,) = evidence.blockers(officer, signing)
        assert blocker.count == figures(officer, sample).undecided
        assert evidence.blockers(officer, Signing("rehearsal:1", "resident_record", 1, is_real=False)) == []
    taken(officer, sample, old_list)
    with entered(officer):
        told = evidence.side_by_side(officer)
        assert told is not None
        assert told.holds is True
        assert "30人中30人を照合、差異0件" in told.told_ja
        assert evidence.blockers(officer, signing) == []


def test_an_empty_town_and_odd_sizes_are_refused(
    scope: Scope, town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with pytest.raises(ComparisonError, match="まだ誰もいません"):
        actions.draw_sample(scope, name="空", seed="1", size=10, today=TODAY)
    with pytest.raises(ComparisonError, match="人数"):
        actions.draw_sample(scope, name="空", seed="1", size=0, today=TODAY)
    with entered(scope):
        assert evidence.side_by_side(scope) is None
    reader = scope_of(town, permissions=frozenset({"work.enter", "layouts.view"}))
    with pytest.raises(NotPermitted):
        actions.draw_sample(reader, name="空", seed="1", size=10, today=TODAY)


def test_another_town_finds_neither_run_nor_person_nor_field(
    officer: Scope, sample: Comparison, other_town: Organisation, scope_of: Callable[..., Scope], old_list: bytes
) -> None:
    person = japanese(officer, sample)
    taken(officer, sample, changed(old_list, person.addressee_number, "kanji_shimei", lambda name: f"{name}乙"))
    stranger, field = scope_of(other_town), fields(officer, sample)[0]
    attempts: list[Callable[[], Any]] = [
        lambda: taken(stranger, sample, old_list),
        lambda: actions.open_person(stranger, sampled_id=person.pk, ground="data_migration"),
        lambda: actions.take_paper(stranger, sampled_id=person.pk, values={"name": "x"}),
        lambda: actions.decide(stranger, field_id=field.pk, decision=Decision.EXPLAINED, reason="x"),
        lambda: actions.make_report(stranger, comparison_id=sample.pk),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
