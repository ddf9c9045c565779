"""The finished paper: it says what was asked, it is read back, and whatever is wrong with it is found."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.certificates.domain.comparison import Mismatch, compare, plain
from machikumo.certificates.domain.options import Extent, Layout, Options
from machikumo.certificates.domain.ports import Numbers
from machikumo.certificates.domain.records import HouseholdRecord
from machikumo.certificates.printing import print_certificate
from machikumo.certificates.tests.examples import EVERYTHING, FAMILY, FOREIGN, member, snapshot_of
from machikumo.kernel.paper import MissingGlyph, TextDoesNotFit, page_texts

if TYPE_CHECKING:
    from machikumo.certificates.domain.snapshot import Snapshot

MOMENT = datetime(2026, 11, 24, tzinfo=UTC)
NUMBERS = {person: Numbers(f"12345678901{person}", f"1234567890{person}") for person in range(1, 6)}
WITH_NUMBERS = dataclasses.replace(EVERYTHING, individual_number=True, resident_record_code=True)
ONE = dataclasses.replace(EVERYTHING, extent=Extent.PART, layout=Layout.INDIVIDUAL, history=True)


@cache
def pages_of(snapshot: Snapshot, *, numbers: bool = False) -> tuple[str, ...]:
    return tuple(page_texts(print_certificate(snapshot, NUMBERS if numbers else {}, moment=MOMENT)))


@pytest.mark.parametrize("household", [FAMILY, FOREIGN])
@pytest.mark.parametrize("options", [EVERYTHING, Options(), ONE])
def test_the_finished_paper_reads_back_without_a_difference(household: HouseholdRecord, options: Options) -> None:
    snapshot = snapshot_of(household, options)
    assert compare(snapshot, pages_of(snapshot)) == []


def test_a_paper_with_numbers_reads_back_and_without_them_is_found_out() -> None:
    snapshot = snapshot_of(options=WITH_NUMBERS)
    assert compare(snapshot, pages_of(snapshot, numbers=True), NUMBERS) == []
    fields = {found.field for found in compare(snapshot, pages_of(snapshot), NUMBERS)}
    assert {"individual_number", "resident_record_code", "text"} <= fields


def test_a_difference_never_tells_a_number() -> None:
    snapshot = snapshot_of(options=WITH_NUMBERS)
    swapped = {**NUMBERS, 1: NUMBERS[2], 2: NUMBERS[1]}
    found = compare(snapshot, pages_of(snapshot, numbers=True), swapped)
    assert found
    assert not any("123456789" in one.expected + one.found for one in found)


def altered(snapshot: Snapshot, **person: Any) -> Snapshot:
    first = dataclasses.replace(snapshot.persons[0], **person)
    return dataclasses.replace(snapshot, persons=(first, *snapshot.persons[1:]))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "葛城　太郎"}, "name"),  # the same base without its selector
        ({"name": "葛\U000e0103城　太郎"}, "name"),
        ({"birth_date_iso": "1980-05-18"}, "birth_date"),
        ({"sex": "女"}, "text"),
        ({"registered_domicile": "東京都千代田区千代田1番"}, "text"),
        ({"previous_address": "福井県福井市大手三丁目17番2号"}, "text"),
    ],
)
def test_one_wrong_item_of_one_person_is_found(change: dict[str, str], field: str) -> None:
    snapshot = snapshot_of()
    assert field in {found.field for found in compare(altered(snapshot, **change), pages_of(snapshot))}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "2026-000124"}, "number"),
        ({"address": "福井県鯖江市西山町13番2号"}, "address"),
        ({"head_name": None}, "text"),
        ({"verification_url": "https://localhost/182079/verify/other/"}, "text"),
        ({"issued_on": "2026-11-25"}, "text"),
    ],
)
def test_one_wrong_item_of_the_sheet_is_found(change: dict[str, Any], field: str) -> None:
    snapshot = snapshot_of()
    assert field in {found.field for found in compare(dataclasses.replace(snapshot, **change), pages_of(snapshot))}


def test_another_municipalitys_paper_is_found() -> None:
    snapshot = snapshot_of()
    issuer = dataclasses.replace(snapshot.issuer, mayor_title="粕屋町長")
    assert "municipality" in {
        found.field for found in compare(dataclasses.replace(snapshot, issuer=issuer), pages_of(snapshot))
    }


def test_another_requests_paper_is_never_taken_for_ours() -> None:
    ours, theirs = snapshot_of(FOREIGN), snapshot_of(HouseholdRecord(9, (member(1),), head_name="葛\U000e0102城　太郎"))
    fields = {found.field for found in compare(ours, pages_of(theirs))}
    assert {"name", "birth_date", "text"} <= fields


def test_a_missing_or_additional_sheet_is_found() -> None:
    snapshot = snapshot_of()
    pages = pages_of(snapshot)
    assert compare(snapshot, pages[:1]) == [Mismatch(0, "pages", "2", "1")]
    assert compare(snapshot, (*pages, pages[0])) == [Mismatch(0, "pages", "2", "3")]
    assert {found.field for found in compare(snapshot, pages[::-1])} >= {"persons", "text"}


@given(data=st.data())
@settings(max_examples=60)
def test_no_changed_character_anywhere_on_the_paper_passes(data: st.DataObject) -> None:
    snapshot = snapshot_of()
    pages = list(pages_of(snapshot))
    page = data.draw(st.integers(0, len(pages) - 1))
    places = [place for place, sign in enumerate(pages[page]) if plain(sign)]
    place = data.draw(st.sampled_from(places))
    sign = data.draw(st.characters(min_codepoint=0x21, max_codepoint=0x9FFF).filter(plain))
    changed = pages[page][:place] + sign + pages[page][place + 1 :]
    expected_to_pass = plain(changed) == plain(pages[page])
    pages[page] = changed
    assert (compare(snapshot, pages) == []) == expected_to_pass


def test_blank_and_line_end_do_not_matter_but_a_selector_does() -> None:
    assert plain("葛\U000e0102 城\r\n　太\ufffe郎") == "葛\U000e0102城太-郎"


def test_the_person_whose_character_is_missing_is_named() -> None:
    household = HouseholdRecord(9, (member(1, name="葛\U000e0100城　太郎"),), head_name="見本　太郎")
    with pytest.raises(MissingGlyph) as refused:
        print_certificate(snapshot_of(household), {}, moment=MOMENT)
    assert refused.value.character == "葛\U000e0100"
    assert "さんの氏名" in refused.value.place


def test_a_name_of_a_hundred_characters_is_printed_whole_or_refused_with_the_persons_name() -> None:
    long_name = HouseholdRecord(9, (member(1, name="葛" * 49 + "　" + "城" * 50),), head_name="見本　太郎")
    snapshot = snapshot_of(long_name)
    assert compare(snapshot, pages_of(snapshot)) == []
    too_long = HouseholdRecord(9, (member(1, name="葛" * 300),), head_name="見本　太郎")
    with pytest.raises(TextDoesNotFit) as refused:
        print_certificate(snapshot_of(too_long), {}, moment=MOMENT)
    assert "さんの氏名" in refused.value.place


@pytest.mark.parametrize("number", ["1-2-3", "-" * 40, "123-45-6789" * 6])
def test_hyphens_at_line_ends_read_back(number: str) -> None:
    household = HouseholdRecord(9, (member(1, previous_address_number=number),), head_name="見本　太郎")
    snapshot = snapshot_of(household)
    assert compare(snapshot, pages_of(snapshot)) == []


NAME_SIGNS = "葛城辻邉髙﨑𠮷野神\ufa19太郎ABCéñ'-（）"


@given(
    st.text(st.sampled_from(NAME_SIGNS), min_size=1, max_size=30).filter(str.strip),
    st.dates(min_value=datetime(1900, 1, 1, tzinfo=UTC).date(), max_value=datetime(2026, 11, 1, tzinfo=UTC).date()),
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_name_and_birth_date_the_paper_reads_back(name: str, birth: Any) -> None:
    household = HouseholdRecord(9, (member(1, name=name, birth_date=birth.isoformat()),), head_name=name)
    snapshot = snapshot_of(household)
    assert compare(snapshot, pages_of(snapshot)) == []


def test_a_household_of_thirteen_takes_four_sheets() -> None:
    many = HouseholdRecord(9, tuple(member(number) for number in range(1, 14)), head_name="葛\U000e0102城　太郎")
    snapshot = snapshot_of(many)
    pages = pages_of(snapshot)
    assert len(pages) == 4
    assert compare(snapshot, pages) == []
