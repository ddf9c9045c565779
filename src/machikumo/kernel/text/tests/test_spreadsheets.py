"""What a spreadsheet would run is shown instead."""

from __future__ import annotations

import pytest

from machikumo.kernel.text import calm


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_begins_like_a_formula_is_made_text(cell: str) -> None:
    assert calm(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "鯖江　花子", "1=1", "'=1", "あ-い"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert calm(cell) == cell
