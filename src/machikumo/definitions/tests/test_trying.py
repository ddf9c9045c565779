"""Trying a layout on a file: counts, findings and first rows, with what must not be shown as dots."""

from __future__ import annotations

import pytest

from machikumo.definitions.domain.document import Form
from machikumo.definitions.tests.makers import document, item
from machikumo.definitions.trying import SHOWN_ISSUES, SHOWN_ROWS, try_layout

FORM = Form(newline="lf", header="key")
LAYOUT = document(
    item("number", type="9"), item("name", type="N", length=9, sensitivity="personal"), form=FORM
).layout()


def tried(text: str, charset: str = "utf-8"):  # noqa: ANN201 - a Trial
    return try_layout(LAYOUT, text.encode(charset), "a.csv", training=True)


def test_a_sound_file_holds_and_persons_are_dots() -> None:
    found = tried("number,name\n" + "".join(f"{at},甲乙\n" for at in range(1, 9)))
    assert found.holds
    assert (found.read, found.accepted, found.held_back) == (8, 8, 0)
    assert found.rows == [(str(at), "●●") for at in range(1, SHOWN_ROWS + 1)]


def test_bad_rows_are_counted_by_rule_and_only_some_are_shown() -> None:
    found = tried("number,name\n" + "x,甲\n" * (SHOWN_ISSUES + 5))
    assert not found.holds
    assert found.rules["cell.number"] == SHOWN_ISSUES + 5
    assert len(found.issues) == SHOWN_ISSUES
    assert found.rows == []


@pytest.mark.parametrize("text", ["name,number\n甲,1\n", "", "number\n1\n"])
def test_a_file_of_another_form_is_stopped(text: str) -> None:
    assert not tried(text).holds


def test_a_file_in_another_character_set_does_not_hold() -> None:
    assert not tried("number,name\n1,市役所の窓口\n", "cp932").holds
