"""The contents of a package in words: every part is told once, in the group that it belongs to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from machikumo.operations.domain.guide import WORDS, groups_of
from machikumo.operations.domain.package import Part

PLACES = [place for place, _name, _words in WORDS]
PARTS = st.lists(
    st.builds(
        Part,
        st.builds(lambda place, rest: place + rest, st.sampled_from(PLACES), st.text("abcz0.", min_size=1, max_size=9)),
        st.integers(0, 1_000),
        st.integers(0, 1_000_000),
        st.just("0" * 64),
    ),
    max_size=12,
)


@given(PARTS)
def test_every_part_is_told_once(parts: list[Part]) -> None:
    groups = groups_of(parts)
    assert sum(group.parts for group in groups) == len(parts)
    assert sum(group.rows for group in groups) == sum(part.rows for part in parts)
    assert sum(group.size for group in groups) == sum(part.size for part in parts)


def test_a_former_ledger_is_not_told_as_the_present_one() -> None:
    parts = [Part(f"{place}x", 1_234, 5, "") for place in ("ledger/", "ledger/former/1/", "numbers/", "elsewhere/")]
    told = {group.place: group.facts for group in groups_of(parts)}
    assert list(told) == ["numbers/", "ledger/former/", "ledger/", ""]
    assert told["ledger/"]["rows"] == "1,234"
    assert told[""]["place"] == "―"
