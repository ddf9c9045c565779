import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation

from machikumo.kernel.ui.language import activate, t
from machikumo.kernel.ui.tables import Column, Table, chip, link, order_of, page_of


@dataclass
class Person:
    name: str
    born: date | None = None
    fee: int | None = None


COLUMNS = (
    Column("name", t("氏名", "Name"), sort=True, heading=True, cell=lambda one: link(one.name, "/p/")),
    Column("born", t("生年月日", "Birth date"), kind="date", sort=True),
    Column("fee", t("手数料", "Fee"), kind="number"),
)


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    activate("ja")
    yield
    translation.deactivate()


def markup(*rows: Any, **options: Any) -> str:
    return Table(COLUMNS, rows, **options).markup()


class Balance(HTMLParser):
    """Fails on an element that is closed in the wrong place."""

    def __init__(self) -> None:
        super().__init__()
        self.open = []

    def handle_starttag(self, tag: Any, _attributes: Any) -> None:
        if tag not in ("path", "circle", "rect", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: Any) -> None:
        if tag not in ("path", "circle", "rect", "input", "br"):
            assert self.open.pop() == tag


def test_the_markup_is_balanced() -> None:
    parser = Balance()
    parser.feed(markup(Person("見本", date(2024, 5, 1), 300), total=1, order="name"))
    assert parser.open == []


def test_a_row_has_a_heading_and_its_cells_know_their_column() -> None:
    shown = markup(Person("見本", date(2024, 5, 1), 12000))
    assert '<th scope="row" role="rowheader"><a href="/p/">見本</a></th>' in shown
    assert 'data-label="生年月日" class="mk-cell--date"><time datetime="2024-05-01">' in shown
    assert 'class="mk-cell--number">12,000</td>' in shown


def test_nothing_is_a_dash_and_naught_is_naught() -> None:
    shown = markup(Person("見本", None, 0))
    assert shown.count("—") == 1
    assert ">0</td>" in shown


def test_values_and_titles_are_escaped() -> None:
    shown = Table([Column("name", "<i>")], [Person("<script>")], caption="<b>").markup()
    assert "<script>" not in shown
    assert "<i>" not in shown
    assert "<b>" not in shown


def test_a_table_has_a_caption_for_those_who_hear_it() -> None:
    assert '<caption class="mk-unseen">住民</caption>' in markup(caption="住民")


def test_the_roles_survive_the_cards_of_a_phone() -> None:
    shown = markup(Person("見本"))
    for role in ("table", "rowgroup", "row", "columnheader", "rowheader", "cell"):
        assert f'role="{role}"' in shown


def test_a_sort_link_turns_round_and_goes_back_to_page_one() -> None:
    table = Table(COLUMNS, [], order="name", query=QueryDict("q=髙&page=3"))
    assert table.address(COLUMNS[0]) == "?q=%E9%AB%99&sort=-name"
    assert table.address(COLUMNS[1]) == "?q=%E9%AB%99&sort=born"
    assert Table(COLUMNS, [], order="-name").address(COLUMNS[0]) == "?sort=name"


@pytest.mark.parametrize(("order", "said"), [("name", "ascending"), ("-name", "descending"), ("", "none")])
def test_the_sorted_column_says_its_direction(order: str, said: str) -> None:
    assert f'aria-sort="{said}"' in markup(order=order)


def test_a_phone_has_its_own_sort_links() -> None:
    assert markup().count("mk-table-sort") == 1
    assert "mk-table-sort" not in markup(cards=False)
    assert "mk-table-sort" not in Table([Column("name", "氏名")], []).markup()


def test_a_wide_table_can_be_reached_by_the_keyboard() -> None:
    assert 'data-mk-wide tabindex="0" role="region" aria-label="住民"' in markup(caption="住民", wide=True)


def test_the_total_is_told_with_its_unit() -> None:
    assert "全 <b>12,345</b> 人" in markup(total=12345, unit=("人", "people"))
    activate("en")
    assert "<b>12,345</b> people" in markup(total=12345, unit=("人", "people"))


def test_rows_may_be_mappings_and_kinds_may_be_moments() -> None:
    columns = [Column("at", "時刻", kind="moment"), Column("code", "番号", kind="code")]
    shown = Table(columns, [{"at": datetime(2024, 5, 1, 4, 5, tzinfo=UTC), "code": "0001"}]).markup()
    assert "令和6年5月1日 13:05" in shown
    assert 'class="mk-cell--code">0001<' in shown


def test_a_chip_may_stand_in_a_cell() -> None:
    shown = Table([Column("x", "状態", cell=lambda _row: chip("現存", "Current", kind="success"))], [1]).markup()
    assert "mk-chip--success" in shown


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("name", "name"), ("-born", "-born"), ("fee", "name"), ("--born", "name"), ("", "name"), ("x;drop", "name")],
)
def test_only_sortable_columns_can_be_asked_for(rf: RequestFactory, asked: str, expected: Any) -> None:
    assert order_of(rf.get("/", {"sort": asked}), COLUMNS, default="name") == expected


@pytest.mark.parametrize(("asked", "number"), [("2", 2), ("99", 3), ("-1", 3), ("x", 1), ("", 1)])
def test_a_page_that_is_not_there_becomes_the_nearest(rf: RequestFactory, asked: str, number: int) -> None:
    assert page_of(rf.get("/", {"page": asked}), range(25), size=10).number == number


def test_fifty_rows_cost_a_few_milliseconds() -> None:
    rows = [Person(f"見本　{number}", date(1989, 1, 1 + number % 28), number) for number in range(50)]
    markup(*rows)
    costs = []
    for _ in range(5):
        start = time.process_time()
        markup(*rows)
        costs.append(time.process_time() - start)
    assert min(costs) < 0.02
