"""What a witness accepts, in all combinations of growth and contradiction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ledger.domain.checkpoint import Checkpoint
from machikumo.kernel.ledger.domain.merkle import Frontier, consistency_proof, leaf_hash, root_of
from machikumo.kernel.ledger.domain.witness import WitnessRefusal, judge

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LEAVES = [leaf_hash(bytes([number])) for number in range(60)]


def stated(size: int, log: str = "182079") -> Checkpoint:
    return Checkpoint(log, size, root_of(LEAVES[:size]), NOW + timedelta(seconds=size))


def growth(old: int, new: int) -> list[bytes]:
    return consistency_proof(Frontier().extended(LEAVES[:old]), LEAVES[old:new])


def test_the_first_checkpoint_is_news() -> None:
    assert judge(None, stated(5), [])


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_log_may_grow_and_nothing_else(old: int, new: int) -> None:
    if new < old:
        with pytest.raises(WitnessRefusal, match="戻って"):
            judge(stated(old), stated(new), [])
    else:
        assert judge(stated(old), stated(new), growth(old, new)) == (new > old)


@given(st.integers(1, 59), st.data())
def test_a_rewritten_log_is_refused_with_any_proof(old: int, data: st.DataObject) -> None:
    new = data.draw(st.integers(old, 60))
    place = data.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:place], leaf_hash(b"rewritten"), *LEAVES[place + 1 : new]]
    offered = Checkpoint("182079", new, root_of(rewritten), NOW)
    for proof in (growth(old, new), consistency_proof(Frontier().extended(rewritten[:old]), rewritten[old:]), []):
        with pytest.raises(WitnessRefusal, match="異なります"):
            judge(stated(old), offered, proof)


def test_another_log_is_refused() -> None:
    with pytest.raises(WitnessRefusal, match="403491"):
        judge(stated(5), stated(6, "403491"), growth(5, 6))
