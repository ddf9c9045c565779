"""Who may ask for what, the states, the blocks and the fees."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.certificates.domain.blocks import HeldBack, check_blocks, level_of
from machikumo.certificates.domain.fees import NoFee, fee_for, fees_from
from machikumo.certificates.domain.options import OPTION_TEXTS, CertificateType, Extent, Layout, Options
from machikumo.certificates.domain.requests import Channel, Handover, RequestKind, refusals
from machikumo.certificates.domain.states import (
    ALLOWED,
    ENDED,
    OPEN,
    PATH,
    State,
    StepNotAllowed,
    check_step,
    next_on_path,
)
from machikumo.kernel.official import data_folder
from machikumo.register.domain.blocks import Block, BlockLevel

TODAY = date(2026, 11, 24)
OPTIONS = st.builds(
    Options,
    layout=st.sampled_from(Layout),
    extent=st.sampled_from(Extent),
    **{text.key: st.booleans() for text in OPTION_TEXTS},
)
BLOCKS = st.builds(
    Block,
    level=st.sampled_from(BlockLevel),
    starts_on=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    ends_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    channels=st.frozensets(st.sampled_from([channel.value for channel in Channel])),
    closed=st.booleans(),
)


def fees() -> tuple[object, ...]:
    return fees_from(tomllib.loads((data_folder() / "certificates" / "fees.toml").read_text("utf-8"))["fee"])


@given(OPTIONS)
def test_options_survive_the_requests_row(options: Options) -> None:
    assert Options.from_json(options.to_json()) == options


def test_unknown_options_are_not_swallowed() -> None:
    with pytest.raises(TypeError):
        Options.from_json({"everything": True})


@given(OPTIONS, st.text(min_size=1).filter(str.strip))
def test_a_third_party_gets_basic_items_only_whatever_the_ground(options: Options, ground: str) -> None:
    asked = {text.key for text in OPTION_TEXTS if getattr(options, text.key)}
    refused = {refusal.field for refusal in refusals(RequestKind.THIRD_PARTY, options, ground=ground)}
    assert asked <= refused


@given(OPTIONS, st.sampled_from(Handover))
def test_a_proxy_never_takes_numbers_at_the_desk(options: Options, handover: Handover) -> None:
    refused = refusals(RequestKind.PROXY, options, ground="委任状", handover=handover)
    at_risk = options.shows_numbers and handover is not Handover.POST_TO_PERSON
    assert any(refusal.field == "individual_number" for refusal in refused) == at_risk


@pytest.mark.parametrize("kind", [RequestKind.PROXY, RequestKind.THIRD_PARTY])
def test_a_request_for_somebody_else_needs_a_ground(kind: RequestKind) -> None:
    assert [refusal.field for refusal in refusals(kind, Options(), ground="　")] == ["ground"]
    assert refusals(kind, Options(), ground="相続登記（法務局）") == []


def test_history_needs_the_one_person_layout() -> None:
    assert [one.field for one in refusals(RequestKind.SELF, Options(history=True), ground="")] == ["history"]
    one_person = Options(history=True, layout=Layout.INDIVIDUAL)
    assert refusals(RequestKind.SELF, one_person, ground="") == []


@given(OPTIONS)
def test_refusals_speak_both_languages(options: Options) -> None:
    for refusal in refusals(RequestKind.THIRD_PARTY, options, ground=""):
        assert refusal.message_ja != refusal.message_en
        assert refusal.message_en.isascii()


def test_the_way_to_delivery_passes_every_state_once() -> None:
    state: State | None = State.RECEIVED
    seen = []
    while state is not None:
        seen.append(state)
        state = next_on_path(state)
    assert tuple(seen) == PATH


@given(st.sampled_from(State), st.sampled_from(State))
def test_only_listed_steps_are_allowed(before: State, after: State) -> None:
    if after in ALLOWED[before]:
        check_step(before, after)
    else:
        with pytest.raises(StepNotAllowed):
            check_step(before, after)


def test_released_is_reached_from_verified_only_and_never_left_but_for_delivery() -> None:
    assert [state for state in State if State.RELEASED in ALLOWED[state]] == [State.VERIFIED]
    assert ALLOWED[State.RELEASED] == {State.DELIVERED}


def test_nothing_leaves_an_end_and_everything_open_can_be_cancelled() -> None:
    assert all(not ALLOWED[state] for state in ENDED)
    assert all(State.CANCELLED in ALLOWED[state] for state in OPEN)
    assert {state.label_ja for state in State} != {state.label_en for state in State}


@given(st.lists(BLOCKS), BLOCKS, st.sampled_from(Channel))
def test_a_block_on_any_member_never_makes_issuing_easier(blocks: list[Block], more: Block, channel: Channel) -> None:
    order = [None, BlockLevel.ALERT, BlockLevel.APPROVE, BlockLevel.REFUSE]
    fewer, all_of_them = level_of(blocks, channel, TODAY), level_of([*blocks, more], channel, TODAY)
    assert order.index(all_of_them) >= order.index(fewer)


@given(st.lists(BLOCKS), st.sampled_from([Channel.POST, Channel.ONLINE, Channel.KIOSK]))
def test_away_from_the_desk_every_block_refuses(blocks: list[Block], channel: Channel) -> None:
    assert level_of(blocks, channel, TODAY) in {None, BlockLevel.REFUSE}


def test_a_block_that_has_run_out_still_holds_until_a_clerk_closes_it() -> None:
    block = Block(BlockLevel.REFUSE, date(2025, 1, 1), date(2025, 12, 31))
    assert level_of([block], Channel.DESK, TODAY) is BlockLevel.REFUSE
    closed = Block(BlockLevel.REFUSE, date(2025, 1, 1), date(2025, 12, 31), closed=True)
    assert level_of([closed], Channel.DESK, TODAY) is None


@pytest.mark.parametrize(
    ("level", "approved", "held"),
    [
        (None, False, False),
        (BlockLevel.ALERT, False, False),
        (BlockLevel.APPROVE, False, True),
        (BlockLevel.APPROVE, True, False),
        (BlockLevel.REFUSE, True, True),
    ],
)
def test_what_each_level_asks_for(level: BlockLevel | None, *, approved: bool, held: bool) -> None:
    if held:
        with pytest.raises(HeldBack) as refused:
            check_blocks(level, approved=approved)
        assert not any(word in refused.value.message_ja for word in ("支援", "措置", "保護", "DV", "抑止"))
    else:
        check_blocks(level, approved=approved)
        assert level is not BlockLevel.REFUSE


def test_the_shipped_fees_cover_every_channel_and_are_marked_unconfirmed() -> None:
    shipped = fees()
    for channel in Channel:
        fee = fee_for(shipped, CertificateType.RESIDENCE, channel, TODAY)
        assert fee.yen > 0
        assert not fee.confirmed


def test_the_latest_fee_of_the_day_counts_and_a_day_without_one_is_refused() -> None:
    old = {"certificate": "residence", "channel": "desk", "yen": 200, "valid_from": date(2000, 1, 1),
           "confirmed": True, "source": "ordinance"}  # fmt: skip
    new = old | {"yen": 300, "valid_from": date(2026, 4, 1), "valid_until": date(2027, 3, 31)}
    table = fees_from([old, new])
    days = (date(2026, 3, 31), TODAY, date(2027, 4, 1))
    assert [fee_for(table, CertificateType.RESIDENCE, Channel.DESK, day).yen for day in days] == [200, 300, 200]
    with pytest.raises(NoFee):
        fee_for(table, CertificateType.RESIDENCE, Channel.DESK, date(1999, 12, 31))
    with pytest.raises(ValueError, match="below zero"):
        fees_from([old | {"yen": -1}])


def test_every_kind_channel_layout_and_extent_has_its_official_words() -> None:
    words = [kind.label_ja + kind.label_en for kind in RequestKind]
    words += [item.label for items in (Channel, Layout, Extent, CertificateType) for item in items]
    assert all(words)
    assert len(set(words)) == len(words)
