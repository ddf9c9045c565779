import csv
import io
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.numbers.domain.digits import NumberKind, is_valid
from machikumo.synthetic.domain.bulk import BulkPress, block_size
from machikumo.synthetic.domain.names import Written
from machikumo.synthetic.domain.planting import Press
from machikumo.synthetic.domain.population import Town
from machikumo.synthetic.tables import basis_of, name_tables
from machikumo.synthetic.tests.scenes import AS_OF, SABAE, town
from machikumo.synthetic.vendors import Vendor, exporter_of

EXPORTERS = {vendor: exporter_of(vendor) for vendor in Vendor}
FAMILIES = [line.written for line in name_tables().family]
PEOPLE, BLOCK = 4_000, 2_000


@cache
def printed(vendor: Vendor, share: float = 0.0, people: int = PEOPLE) -> tuple[BulkPress, list[bytes]]:
    press = BulkPress(EXPORTERS[vendor], share, Town(basis_of(SABAE), 1, AS_OF), FAMILIES)
    return press, list(press.pieces(people, BLOCK))


def fields(piece: bytes) -> list[list[str]]:
    return [line.split(",") for line in piece.decode("cp932").split("\r\n")[:-1]]


@pytest.mark.parametrize(
    ("people", "size"), [(1_000, 1_000), (25_000, 25_000), (27_000, 13_500), (60_000, 20_000), (1_000_000, 25_000)]
)
def test_the_block_is_the_largest_that_divides_the_town(people: int, size: int) -> None:
    assert block_size(people) == size


@given(st.integers(1, 2_000).map(lambda thousands: thousands * 1_000))
def test_every_multiple_of_a_thousand_has_a_block(people: int) -> None:
    size = block_size(people)
    assert people % size == 0
    assert 1_000 <= size <= 25_000


@pytest.mark.parametrize("people", [1, 999, 1_000_003])
def test_a_number_that_cannot_be_divided_is_refused_in_japanese(people: int) -> None:
    with pytest.raises(ValueError, match="1,000の倍数"):
        block_size(people)


@pytest.mark.parametrize("vendor", list(Vendor))
def test_the_first_block_is_the_town_as_it_is_written_one_by_one(vendor: Vendor) -> None:
    single = b"".join(Press(EXPORTERS[vendor], 0.0).pieces(town(1, 1_000)))
    assert b"".join(printed(vendor, people=1_000)[1]) == single


def test_a_person_of_each_block_has_numbers_of_their_own_and_none_is_valid_in_life() -> None:
    _, (_, first, second) = printed(Vendor.KASUMI)
    latest = [row for row in fields(first) + fields(second) if row[4] == "1"]
    assert len(latest) == PEOPLE
    for place in (0, 27, 28):
        assert len({row[place] for row in latest}) == PEOPLE
    assert all(is_valid(row[27], NumberKind.INDIVIDUAL, training=True) for row in latest[::97])


def test_households_hold_together_in_every_block() -> None:
    _, (_, first, second) = printed(Vendor.KASUMI)
    sizes = [sorted(Counter(row[1] for row in fields(piece)).values()) for piece in (first, second)]
    assert sizes[0] == sizes[1]
    assert not {row[1] for row in fields(first)} & {row[1] for row in fields(second)}


def test_family_names_rotate_together_with_their_kana_and_the_register_head() -> None:
    _, (_, first, second) = printed(Vendor.KASUMI)
    kana = {line.written.text: line.written.kana for line in name_tables().family}
    changed = 0
    for before, after in zip(fields(first), fields(second), strict=True):
        assert before[13].partition("　")[2] == after[13].partition("　")[2]
        assert before[21] == after[21]
        same_family = before[59].partition("　")[0] == before[13].partition("　")[0]
        if before[13] != after[13]:
            changed += 1
            assert (after[59].partition("　")[0] == after[13].partition("　")[0]) == same_family
    assert changed > 0.9 * len(fields(first))
    assert len(kana) > 200


@pytest.mark.parametrize("vendor", list(Vendor))
def test_the_share_of_damaged_rows_is_kept_over_the_blocks(vendor: Vendor) -> None:
    press, pieces = printed(vendor, 0.01)
    planted = press.planter.planted
    assert len(planted) == pytest.approx(0.01 * press.planter.records, abs=5)
    rows = [item.row for item in planted]
    assert rows == sorted(set(rows))
    assert press.planter.records == sum(piece.count(b"\n") for piece in pieces[1:])
    assert {row > press.planter.records // 2 for row in rows} == {True, False}


def test_the_truth_counts_all_blocks_when_the_file_is_done() -> None:
    press, pieces = printed(Vendor.KASUMI)
    assert press.persons == press.truth.persons == PEOPLE
    assert press.truth.rows == press.planter.records == sum(len(fields(piece)) for piece in pieces[1:])
    live = [row for piece in pieces[1:] for row in fields(piece) if row[4] == "1" and row[6] == "0"]
    assert press.truth.by_state["1"] == len(live)
    assert press.truth.by_sex["2"] == sum(row[19] == "2" for row in live)


def test_a_name_that_the_table_lacks_stays_and_one_of_two_readings_is_told_by_its_kana() -> None:
    families = [Written("佐藤", "サフジ"), *FAMILIES[:40]]
    press = BulkPress(EXPORTERS[Vendor.MINATO], 0.1, Town(basis_of(SABAE), 1, AS_OF), families)
    known = {family.text for family in families}
    _, first, second = (
        list(csv.reader(io.StringIO(piece.decode(errors="replace")))) for piece in press.pieces(2_000, 1_000)
    )
    damaged = {item.row for item in press.planter.planted}
    assert damaged
    assert {row[7] for row in second if len(row) == 61} - known
    assert {row[9] for row in first if row[7] == "佐藤"} == {"サトウ"}
    assert "サフジ" in {row[9] for row in second if row[7] == "佐藤"}
