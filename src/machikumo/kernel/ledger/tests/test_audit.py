"""Tampering with any one row of a log is found every time, and named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ledger.domain.audit import MOST_FINDINGS, Block, Examination, Finding, Kind, Seal
from machikumo.kernel.ledger.domain.audit import examine as examine_blocks
from machikumo.kernel.ledger.domain.checkpoint import Checkpoint
from machikumo.kernel.ledger.domain.merkle import Frontier, leaf_hash
from machikumo.kernel.ledger.domain.words import finding_words

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
Row: TypeAlias = tuple[int, bytes, bytes, bytes | None]  # place, leaf hash, id, text
Log: TypeAlias = tuple[list[Row], list[Seal]]
A_BLOCK = 16


def block_of(rows: Sequence[Row]) -> Block:
    return Block(
        b"".join(row[0].to_bytes(8, "big") for row in rows),
        b"".join(row[1] for row in rows),
        b"".join(row[2] for row in rows),
        b"\n".join(row[3] or b"" for row in rows),
    )


def examine(rows: Sequence[Row], seals: Sequence[Seal], organisation: str) -> Examination:
    """The examination of the rows, in blocks of a few."""
    blocks = [block_of(rows[at : at + A_BLOCK]) for at in range(0, len(rows), A_BLOCK)]
    return examine_blocks(blocks, seals, organisation)


def text_of(number: int, organisation: str = "182079") -> bytes:
    return f'{{"event":"person.viewed","n":{number},"organisation":"{organisation}"}}'.encode()


def row_of(number: int, text: bytes | None = None) -> Row:
    chosen = text or text_of(number)
    return number, leaf_hash(chosen), UUID(int=number + 1).bytes, chosen


def seal_of(rows: list[Row], size: int, witness: str = "") -> Seal:
    frontier = Frontier().extended([row[1] for row in rows[:size]])
    return Seal(Checkpoint("182079", size, frontier.root(), NOW), frontier.peaks, witness)


def log_of(*sizes: int) -> Log:
    """A log that was sealed at each of the sizes."""
    rows = [row_of(number) for number in range(sizes[-1])]
    return rows, [seal_of(rows, size) for size in sizes]


def kinds(rows: list[Row], seals: list[Seal]) -> list[Kind]:
    return [finding.kind for finding in examine(rows, seals, "182079").findings]


@st.composite
def logs(draw: st.DrawFn) -> Log:
    steps = draw(st.lists(st.integers(1, 20), min_size=1, max_size=6))
    return log_of(*[sum(steps[: end + 1]) for end in range(len(steps))])


def place_in(rows: list[Row], data: st.DataObject) -> int:
    return data.draw(st.integers(0, len(rows) - 1))


@given(logs())
def test_an_honest_log_is_right(log: Log) -> None:
    rows, seals = log
    witnessed = [seal_of(rows, seal.checkpoint.size, "180009") for seal in seals]
    found = examine(rows, [*seals, *witnessed], "182079")
    assert not found.findings
    assert found.size == len(rows)
    assert found.root == seals[-1].checkpoint.root


@given(logs(), st.data())
def test_any_altered_text_is_named(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    at = place_in(rows, data)
    index, stored, key, _text = rows[at]
    rows[at] = (index, stored, key, text_of(at) + b" ")
    (finding,) = examine(rows, seals, "182079").findings
    assert finding == Finding(Kind.ALTERED, at, at, str(UUID(bytes=key)))


@given(logs(), st.data())
def test_any_row_altered_with_its_leaf_is_narrowed_down(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    at = place_in(rows, data)
    forged = text_of(1000)
    rows[at] = (at, leaf_hash(forged), rows[at][2], forged)
    (finding,) = examine(rows, seals, "182079").findings
    assert finding.kind is Kind.ALTERED
    assert finding.first <= at <= finding.last
    sealed_with = [seal.checkpoint.size for seal in seals]
    assert finding.last - finding.first < max(b - a for a, b in zip([0, *sealed_with], sealed_with, strict=False))


@given(logs(), st.data())
def test_any_removed_row_is_named(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    at = place_in(rows, data)
    gone, key = [*rows], rows[at][2]
    gone[at] = (at, rows[at][1], key, None)
    assert examine(gone, seals, "182079").findings == (Finding(Kind.REMOVED, at, at, str(UUID(bytes=key))),)
    del rows[at]
    first = examine(rows, seals, "182079").findings[0]
    assert (first.kind, first.first, first.last) == (Kind.REMOVED, at, at)


@given(logs(), st.data())
def test_any_row_removed_with_the_places_closed_up_is_found(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    at = place_in(rows, data)
    shifted = [(place, *row[1:]) for place, row in enumerate(rows[:at] + rows[at + 1 :])]
    findings = examine(shifted, seals, "182079").findings
    assert findings
    assert findings[0].first <= at <= findings[0].last or findings[0].kind is Kind.REMOVED


@given(logs(), st.data())
def test_any_two_rows_swapped_are_found(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    rows.append(row_of(len(rows)))
    seals.append(seal_of(rows, len(rows)))
    one = data.draw(st.integers(0, len(rows) - 2))
    other = data.draw(st.integers(one + 1, len(rows) - 1))
    rows[one], rows[other] = (one, *rows[other][1:]), (other, *rows[one][1:])
    findings = examine(rows, seals, "182079").findings
    assert findings[0].kind in {Kind.REORDERED, Kind.ALTERED}
    assert any(finding.first <= one <= finding.last for finding in findings)


@given(logs(), st.data())
def test_two_texts_swapped_between_their_places_are_named(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    rows.append(row_of(len(rows)))
    seals.append(seal_of(rows, len(rows)))
    one = data.draw(st.integers(0, len(rows) - 2))
    other = data.draw(st.integers(one + 1, len(rows) - 1))
    first, second = rows[one][3], rows[other][3]
    rows[one], rows[other] = (*rows[one][:3], second), (*rows[other][:3], first)
    findings = examine(rows, seals, "182079").findings
    assert [(finding.kind, finding.first) for finding in findings] == [(Kind.REORDERED, one), (Kind.REORDERED, other)]


@given(logs(), st.data())
def test_any_inserted_row_is_found(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    at = data.draw(st.integers(0, len(rows)))
    forged = text_of(2000)
    rows.insert(at, (at, leaf_hash(forged), UUID(int=5000).bytes, forged))
    shifted = [(place, *row[1:]) for place, row in enumerate(rows)]
    findings = examine(shifted, seals, "182079").findings
    assert findings
    assert findings[0].first <= at


@given(logs(), st.data())
def test_a_log_cut_back_is_found_by_its_checkpoint_and_else_by_its_witnesses(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    at = place_in(rows, data)
    witness = seal_of(rows, len(rows), "180009")
    assert kinds(rows[:at], seals)[0] is Kind.REMOVED
    kept = [seal for seal in seals if seal.checkpoint.size <= at]
    cut = rows[: kept[-1].checkpoint.size if kept else 0]
    found = examine(cut, [*kept, witness], "182079").findings
    assert found == (Finding(Kind.ROLLED_BACK, len(cut), len(rows) - 1, witness="180009"),)


@given(logs(), st.data())
def test_a_log_rewritten_and_signed_again_is_found_by_its_witnesses(log: Log, data: st.DataObject) -> None:
    rows, seals = log
    witness = seal_of(rows, seals[-1].checkpoint.size, "180009")
    at = place_in(rows, data)
    forged = text_of(3000)
    rows[at] = (at, leaf_hash(forged), rows[at][2], forged)
    signed_again = [seal_of(rows, seal.checkpoint.size) for seal in seals]
    assert not examine(rows, signed_again, "182079").findings
    (finding,) = examine(rows, [*signed_again, witness], "182079").findings
    assert (finding.kind, finding.witness) == (Kind.REWRITTEN, "180009")


def test_rows_under_no_checkpoint_are_found() -> None:
    rows, seals = log_of(3, 6)
    assert kinds([*rows, row_of(6)], seals) == [Kind.INSERTED]
    assert kinds(rows, []) == [Kind.INSERTED]


def test_a_row_of_another_organisation_is_found() -> None:
    rows, _seals = log_of(4)
    rows[2] = row_of(2, text_of(2, "403491"))
    (finding,) = examine(rows, [seal_of(rows, 4)], "182079").findings
    assert (finding.kind, finding.first) == (Kind.INSERTED, 2)


def test_a_missing_witness_peak_only_widens_the_range() -> None:
    rows, seals = log_of(8)
    forged = text_of(9)
    rows[5] = (5, leaf_hash(forged), rows[5][2], forged)
    (finding,) = examine(rows, [Seal(seals[0].checkpoint)], "182079").findings
    assert (finding.first, finding.last) == (0, 7)


def test_an_empty_log_is_right() -> None:
    found = examine([], [], "182079")
    assert (found.size, found.findings) == (0, ())


def test_the_list_of_findings_ends_somewhere() -> None:
    rows, seals = log_of(200)
    wrong = [(index, stored, key, text_of(index) + b" ") for index, stored, key, _text in rows]
    assert len(examine(wrong, seals, "182079").findings) == MOST_FINDINGS


@pytest.mark.parametrize("at", [0, A_BLOCK - 1, A_BLOCK, A_BLOCK + 1, 2 * A_BLOCK + 5])
def test_faults_are_named_across_the_blocks_in_which_rows_are_read(at: int) -> None:
    rows, seals = log_of(10, A_BLOCK, 2 * A_BLOCK + 10)
    rows[at] = (*rows[at][:3], b"{}")
    assert [finding.first for finding in examine(rows, seals, "182079").findings] == [at]


def test_rows_that_are_missing_are_not_counted_as_present() -> None:
    rows, seals = log_of(40)
    for at in (3, 20):
        rows[at] = (*rows[at][:3], None)
    found = examine(rows, seals, "182079")
    assert (found.size, found.present) == (40, 38)


@pytest.mark.parametrize("kind", Kind)
def test_every_finding_is_told_in_both_languages(kind: Kind) -> None:
    one = finding_words(Finding(kind, 4, 4, "an-id"))
    many = finding_words(Finding(kind, 4, 9, witness="180009"))
    nowhere = finding_words(Finding(kind, -1, -1, "an-id"))
    assert "5 行目 an-id" in one[0]
    assert "row 5 an-id" in one[1]
    assert "5〜10 行目" in many[0]
    assert "証人 180009" in many[0]
    assert "rows 5 to 10" in many[1]
    assert "行 an-id" in nowhere[0]
    assert "row an-id" in nowhere[1]
