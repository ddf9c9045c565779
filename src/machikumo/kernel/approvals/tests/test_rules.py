"""Four eyes, without a database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.approvals.domain.rules import (
    STATE_TITLES,
    AlreadyDecided,
    ApprovalState,
    FactsChanged,
    Request,
    SamePerson,
    digest_of,
    refuse_changed,
    refuse_decided,
    refuse_same_person,
)

NOW = dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
JSON = st.dictionaries(st.text(max_size=5), st.integers(-1000, 1000) | st.text(max_size=5) | st.none(), max_size=4)


def test_who_asked_cannot_decide_and_is_told_what_to_do() -> None:
    with pytest.raises(SamePerson) as refused:
        refuse_same_person("account:1", "account:1")
    assert refused.value.status == 403
    assert "別の承認者" in refused.value.message_ja
    assert "another approver" in refused.value.message_en


def test_somebody_else_may_decide() -> None:
    assert refuse_same_person("account:1", "account:2") is None


def test_an_open_request_may_be_decided() -> None:
    assert refuse_decided(Request("account:1", ApprovalState.REQUESTED, LATER), NOW) is None


@pytest.mark.parametrize("state", [state for state in ApprovalState if state is not ApprovalState.REQUESTED])
def test_whatever_is_not_open_cannot_be_decided_again(state: ApprovalState) -> None:
    with pytest.raises(AlreadyDecided, match=STATE_TITLES[state][0]):
        refuse_decided(Request("account:1", state, LATER), NOW)


def test_at_the_very_moment_of_expiry_it_is_too_late() -> None:
    with pytest.raises(AlreadyDecided, match="期限切れ"):
        refuse_decided(Request("account:1", ApprovalState.REQUESTED, NOW), NOW)


def test_every_state_has_a_title_in_both_languages() -> None:
    assert all(ja and en for ja, en in (STATE_TITLES[state] for state in ApprovalState))


@given(JSON)
def test_the_facts_asked_for_are_accepted_as_they_are(payload: dict[str, object]) -> None:
    assert refuse_changed(dict(reversed(list(payload.items()))), digest_of(payload)) is None


@given(JSON, JSON)
def test_any_other_facts_are_refused(payload: dict[str, object], other: dict[str, object]) -> None:
    if payload == other:
        assert digest_of(payload) == digest_of(other)
        return
    with pytest.raises(FactsChanged):
        refuse_changed(other, digest_of(payload))
