"""Bytes that fuzzing found: what made the executors differ, or fail, is read alike ever after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from machikumo.layouts.domain.executors import COLUMNAR, PLAIN, Plan
from machikumo.layouts.domain.framing import Shape, frame_exactly, quick_count
from machikumo.layouts.tests.fuzzing import EVERY
from machikumo.layouts.tests.makers import KASUMI, MINATO, results_of, rules_of, told

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout

WORDS = EVERY.subset(("person", "words", "born", "name"))
QUOTED = MINATO.source.subset(("person_id", "family_name", "birth_date"))


def of_host(layout: Layout) -> Layout:
    """The layout as CP932 with CRLF, tabs between the cells and no header."""
    physical = replace(
        layout.physical, charset="cp932", newline="crlf", delimiter="\t", header="none", max_quoted_lines=2
    )  # fmt: skip
    return replace(layout, physical=physical)


def both(layout: Layout, data: bytes) -> list[tuple[int, str]]:
    """What both executors say of some bytes, alike to the last word and in blocks of any size."""
    said = [
        results_of(data, Plan(layout, training=True, executor=name, mapped=KASUMI.mapped_characters), block_size=size)
        for name in (PLAIN, COLUMNAR)
        for size in (16, 64, 1 << 20)
    ]
    assert all(told(one) == told(said[0]) for one in said)
    return rules_of(said[0])


@pytest.mark.parametrize("cell", [b"\r", b"a\r", b"a\rb"])
def test_a_cr_at_the_end_of_a_cell_beside_a_line_that_lacks_its_own_is_not_dropped(cell: bytes) -> None:
    data = b"4\t\t" + cell + b"\t\n3\tx\t\t\x93n\r\n"
    assert (1, "structure.lone_cr") in both(of_host(WORDS), data)
    shape = Shape(columns=4, delimiter=b"\t", crlf=True, quote_all=False, max_quoted_lines=2)
    assert quick_count(data, shape) is None
    assert quick_count(data.replace(cell + b"\t\n", b"\t\r\n"), shape) == 2


def test_a_newline_within_quotes_moves_the_lines_after_it() -> None:
    first = b'"3"\t"\x93n\n\xe7\xb3"\t"1989-01-08"\r\n'
    second = b'"1"\t"\x93n"\t"4310501"\r\n'
    said = both(of_host(QUOTED), first + second)
    assert (2, "cell.date") in said
    results = results_of(first + second, Plan(of_host(QUOTED), training=True, executor=COLUMNAR))
    places = {(issue.line, issue.offset) for result in results for issue in result.issues if issue.row == 2}
    assert places == {(3, len(first))}


@pytest.mark.parametrize(
    "line",
    [b'"3"\t"\x93n"\\N"\t"\r\n', b'"\t"a"\t"b""\r\n', b'"\t"\t"a"\t"\r\n'],
)
def test_a_border_that_shares_its_quote_with_the_end_of_the_line_hides_no_loose_quote(line: bytes) -> None:
    whole = b'"6"\t"\x93n"\t"2020-01-01"\r\n'
    assert (1, "structure.quote") in both(of_host(QUOTED), line + whole) or (1, "structure.quote_open") in both(
        of_host(QUOTED), line + whole
    )
    shape = Shape(columns=3, delimiter=b"\t", crlf=True, quote_all=True, max_quoted_lines=2)
    assert frame_exactly(line, shape, final=True).defects[0].rule.startswith("structure.quote")
