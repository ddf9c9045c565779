"""Freezing the register's rows into what will be printed, and nothing else."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.certificates.domain.dates import printed, read_back
from machikumo.certificates.domain.freezing import NotIssuable, address_of
from machikumo.certificates.domain.options import Extent, Layout, Options
from machikumo.certificates.domain.ports import Numbers
from machikumo.certificates.domain.records import HouseholdRecord
from machikumo.certificates.domain.sheets import BLANK, OMITTED, REST_BLANK, UNITS, paper_of, shown
from machikumo.certificates.domain.snapshot import Snapshot
from machikumo.certificates.tests.examples import EVERYTHING, FAMILY, FOREIGN, member, snapshot_of
from machikumo.kernel.errors import NotFound

PART = dataclasses.replace(EVERYTHING, extent=Extent.PART)
ONE = dataclasses.replace(PART, layout=Layout.INDIVIDUAL, history=True)


@given(st.dates(date(1873, 1, 1), date(2100, 1, 1)), st.booleans())
def test_a_printed_day_reads_back_as_itself(day: date, common_era: object) -> None:
    assert read_back(printed(day.isoformat(), common_era=bool(common_era))) == day.isoformat()


def test_an_uncertain_day_prints_the_recorded_words_and_none_prints_nothing() -> None:
    assert printed("1945-01-01", uncertain=True, text="昭和20年頃") == "昭和20年頃"
    assert printed("") == ""
    assert read_back("昭和20年頃") == ""
    assert read_back("平成31年5月1日") == ""


@pytest.mark.parametrize("household", [FAMILY, FOREIGN])
def test_a_snapshot_survives_the_requests_row(household: HouseholdRecord) -> None:
    snapshot = snapshot_of(household)
    assert Snapshot.from_json(json.loads(json.dumps(snapshot.to_json()))) == snapshot


def test_a_history_survives_the_requests_row_too() -> None:
    earlier = member(1, address_town="東町").row
    household = HouseholdRecord(
        9, (dataclasses.replace(member(1), history=(earlier,)),), head_name="葛\U000e0102城　太郎"
    )
    snapshot = snapshot_of(household, ONE)
    assert Snapshot.from_json(json.loads(json.dumps(snapshot.to_json()))) == snapshot
    assert "東町" in snapshot.persons[0].history[0].text


def test_what_was_not_asked_for_is_not_even_in_the_snapshot() -> None:
    text = json.dumps(snapshot_of(options=Options()).to_json(), ensure_ascii=False)
    assert "西山町13番地" not in text
    assert "世帯主" not in text
    foreign = json.dumps(snapshot_of(FOREIGN, Options()).to_json(), ensure_ascii=False)
    assert "AB12345678CD" not in foreign
    assert "ベトナム　Ha Noi" in foreign  # where somebody moved in from is a basic item


def test_no_number_can_be_in_a_snapshot() -> None:
    household = HouseholdRecord(9, (member(1, individual_number="123456789018", resident_record_code="12345678901"),))
    options = Options(individual_number=True, resident_record_code=True)
    text = json.dumps(snapshot_of(household, options).to_json())
    assert "123456789018" not in text
    assert "12345678901" not in text


def test_somebody_of_another_household_is_not_found() -> None:
    with pytest.raises(NotFound):
        snapshot_of(persons=(1, 99))
    with pytest.raises(NotFound):
        FAMILY.chosen(())


def test_the_whole_household_means_everybody() -> None:
    with pytest.raises(NotIssuable):
        snapshot_of(persons=(1, 2))
    assert len(snapshot_of(options=PART, persons=(2, 1)).persons) == 2
    assert [one.person_id for one in snapshot_of(options=PART, persons=(2, 1)).persons] == [1, 2]


def test_an_incomplete_household_is_not_certified_as_whole_but_its_members_are() -> None:
    incomplete = dataclasses.replace(FAMILY, incomplete=True)
    with pytest.raises(NotIssuable):
        snapshot_of(incomplete)
    assert len(snapshot_of(incomplete, PART, persons=(1, 2)).persons) == 2


def test_an_address_abroad_and_a_building_are_part_of_the_line() -> None:
    assert address_of(FAMILY.members[0].row) == "福井県鯖江市西山町13番1号　サンプルハイツ203号"
    row = {"previous_address_country": "ベトナム", "previous_address_foreign_address": "Ha Noi"}
    assert address_of(row, "previous_address_") == "ベトナム　Ha Noi"


def test_the_words_of_the_form_for_what_is_omitted_and_what_is_empty() -> None:
    assert (shown(None), shown(""), shown("男")) == (OMITTED, BLANK, "男")


def test_five_people_take_two_sheets_with_the_same_number() -> None:
    paper = paper_of(snapshot_of(), {})
    assert [sheet.page_mark for sheet in paper.sheets] == ["1／2", "2／2"]
    assert [len(sheet.blocks) for sheet in paper.sheets] == [4, 1]
    assert [sheet.rest for sheet in paper.sheets] == ["", REST_BLANK]
    assert "全2枚で一通" in paper.binding
    assert "契印" in paper.binding


def test_one_sheet_needs_no_joining_seal() -> None:
    assert "契印" not in paper_of(snapshot_of(FOREIGN), {}).binding


def test_the_one_person_layout_gives_everybody_a_sheet() -> None:
    paper = paper_of(snapshot_of(options=ONE), {})
    assert len(paper.sheets) == len(FAMILY.members)
    assert "世帯の一部" in paper.certification


@pytest.mark.parametrize("options", [EVERYTHING, Options(), ONE])
@pytest.mark.parametrize("household", [FAMILY, FOREIGN])
def test_every_row_of_the_form_is_exactly_as_wide_as_the_sheet(household: HouseholdRecord, options: Options) -> None:
    paper = paper_of(snapshot_of(household, options), {})
    for sheet in paper.sheets:
        for row in (*sheet.header, *(row for block in sheet.blocks for row in block)):
            assert sum(cell.label_units + cell.value_units for cell in row.cells) == UNITS


def test_numbers_are_printed_only_where_they_were_asked_for() -> None:
    opened = {1: Numbers("123456789018", "12345678901")}
    only_code = paper_of(snapshot_of(options=Options(resident_record_code=True)), opened)
    values = [cell.value for row in only_code.sheets[0].blocks[0] for cell in row.cells]
    assert "12345678901" in values
    assert "123456789018" not in values


def test_a_practice_paper_says_so_and_a_real_one_does_not() -> None:
    snapshot = snapshot_of()
    real = dataclasses.replace(snapshot, issuer=dataclasses.replace(snapshot.issuer, training=False))
    assert paper_of(snapshot, {}).watermark == ("練習環境", "見本 SPECIMEN")
    assert paper_of(real, {}).watermark == ()
    assert (paper_of(snapshot, {}).seal, paper_of(real, {}).seal) == ("見本", "公印")


def test_a_removed_record_is_titled_and_certified_as_such() -> None:
    gone = HouseholdRecord(9, (member(1, resident_state="2", removed_on="2026-03-31"),), head_name="x")
    paper = paper_of(snapshot_of(gone, ONE), {})
    assert paper.title == "住民票の除票"
    assert "除票の原本" in paper.certification
    values = [cell.value for row in paper.sheets[0].blocks[0] for cell in row.cells]
    assert "令和8年3月31日　転出" in values


def test_a_foreign_residents_days_are_in_the_common_era_where_the_form_wants_it() -> None:
    person = snapshot_of(FOREIGN).persons[0]
    assert person.birth_date == "西暦1995年12月31日"
    assert person.residence_period == "5年"
    assert person.became_resident_on == "令和4年8月1日"
    assert person.registered_domicile is None
