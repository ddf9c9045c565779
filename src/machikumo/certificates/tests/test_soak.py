"""The soak's judge finds what it is there to find, and its plan is the same for the same seed."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from machikumo.certificates.printing import print_certificate
from machikumo.certificates.soak.harness import CLERKS, Plan, form_of, pairs_of
from machikumo.certificates.soak.history import Findings, Paper, Row, Wish, judge, read_paper
from machikumo.certificates.tests.examples import FAMILY, FOREIGN, snapshot_of
from machikumo.kernel.paper import page_texts

A = (("葛\U000e0102城　太郎", "1980-05-17"), ("葛\U000e0102城　𠮷野", "2012-02-29"))
B = (("山田　花子", "1990-01-01"),)
WISHES = [Wish("w1", "182079", A), Wish("w2", "182079", B)]
PAPERS = [
    Paper("w1", "r1", "2026-000001", tuple((name.replace("　", ""), day) for name, day in A)),
    Paper("w2", "r2", "2026-000002", (("山田花子", "1990-01-01"),)),
]
ROWS = [
    Row("r1", "182079", "w1:1", "delivered", "2026-000001", 1),
    Row("r2", "182079", "w2:2", "released", "2026-000002", 1),
    Row("r3", "182079", "w2:1", "cancelled", "2026-000003", 0),
]


def change(items: list[Any], place: int, **facts: Any) -> list[Any]:
    return [dataclasses.replace(item, **facts) if at == place else item for at, item in enumerate(items)]


def test_a_right_history_is_clean() -> None:
    assert judge(WISHES, PAPERS, ROWS).clean
    assert judge([], [], []).clean


@pytest.mark.parametrize(
    "papers",
    [
        change(PAPERS, 0, people=PAPERS[1].people),
        change(PAPERS, 0, people=(*PAPERS[0].people, *PAPERS[1].people)),
        change(PAPERS, 0, people=PAPERS[0].people[::-1]),
        change(PAPERS, 0, request="r2"),
        change(PAPERS, 0, request="nowhere"),
        change(PAPERS, 1, number="2026-000001"),
        change(PAPERS, 1, number=""),
        change(PAPERS, 0, people=(("葛城太郎", "1980-05-17"), PAPERS[0].people[1])),
    ],
)
def test_a_paper_of_other_people_or_of_another_request_is_wrong(papers: list[Paper]) -> None:
    assert judge(WISHES, papers, ROWS).wrong


@pytest.mark.parametrize(
    "rows",
    [
        change(ROWS, 0, releases=2),
        change(ROWS, 2, state="released"),
        change(ROWS, 2, number="2026-000001"),
        change(ROWS, 2, key="w2:2"),
    ],
)
def test_a_second_release_paper_number_or_key_is_double(rows: list[Row]) -> None:
    assert judge(WISHES, PAPERS, rows).double


def test_the_same_number_in_two_towns_is_right() -> None:
    wishes = [WISHES[0], dataclasses.replace(WISHES[1], town="403491")]
    rows = change(change(ROWS, 1, town="403491", number="2026-000001"), 2, town="403491")
    assert judge(wishes, change(PAPERS, 1, number="2026-000001"), rows).clean


@pytest.mark.parametrize(
    ("papers", "rows"),
    [(PAPERS[:1], ROWS), (PAPERS, change(ROWS, 2, state="rendered")), (PAPERS[:1], [ROWS[0], ROWS[2]])],
)
def test_a_wish_without_a_paper_and_a_request_left_open_are_lost(papers: list[Paper], rows: list[Row]) -> None:
    assert judge(WISHES, papers, rows).lost


def test_a_double_click_gives_two_clients_one_paper() -> None:
    assert judge(WISHES, [*PAPERS, PAPERS[0]], ROWS).clean
    assert Findings().clean


def test_a_paper_in_another_towns_rows_is_wrong() -> None:
    assert judge(WISHES, PAPERS, change(ROWS, 0, town="403491")).wrong


@pytest.mark.parametrize("household", [FAMILY, FOREIGN])
def test_a_real_paper_is_read_as_its_people(household: Any) -> None:
    snapshot = snapshot_of(household)
    pages = page_texts(print_certificate(snapshot, {}, moment=datetime(2026, 11, 24, tzinfo=UTC)))
    number, people = read_paper(pages)
    assert number == snapshot.number
    assert [name for name, _day in people] == ["".join(one.name.split()) for one in snapshot.persons]
    assert [day for _name, day in people] == [one.birth_date_iso for one in snapshot.persons]


def test_a_paper_with_two_numbers_has_none() -> None:
    assert read_paper(["発行番号 2026-000001", "発行番号 2026-000002"]) == ("", ())
    assert read_paper(["nothing"]) == ("", ())


def homes() -> dict[str, list[Any]]:
    return {town: [FAMILY, FOREIGN, dataclasses.replace(FAMILY, household_id=9)] for town in CLERKS}


def test_the_plan_is_the_same_for_the_same_seed_and_holds_every_kind_of_pair() -> None:
    plan = Plan()
    pairs = list(islice(pairs_of(plan, homes()), 300))
    assert pairs == list(islice(pairs_of(plan, homes()), 300))
    kinds = Counter(
        "double click"
        if pair.first == pair.second
        else "two towns"
        if pair.first[0].town != pair.second[0].town
        else "one town"
        for pair in pairs
    )
    assert set(kinds) == {"double click", "two towns", "one town"}
    assert kinds["one town"] > 150


def test_the_form_asks_for_the_whole_household() -> None:
    sent = form_of(FAMILY)
    assert [value for name, value in sent if name == "persons"] == ["1", "2", "3", "4", "5"]
    assert ("person", "1") in sent


def test_the_command_knows_its_options() -> None:
    from machikumo.__main__ import parser

    chosen = parser().parse_args(["soak", "certificates", "--pairs", "7", "--kill-every", "2.5"])
    assert (chosen.pairs, chosen.kill_every, chosen.servers) == (7, 2.5, 3)
    assert chosen.run.__name__ == "run_soak"
