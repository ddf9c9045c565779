"""Issuing with a real database: the way of a request, its numbers, its blocks, and its one outcome."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from machikumo.certificates import actions, checking, issuing, printing, queries, stepping
from machikumo.certificates.domain.comparison import Mismatch, plain
from machikumo.certificates.domain.freezing import NotIssuable
from machikumo.certificates.domain.options import Extent, Layout, Options
from machikumo.certificates.domain.requests import Channel, RequestKind
from machikumo.certificates.domain.states import PATH, State, StepNotAllowed
from machikumo.certificates.errors import (
    ChannelStopped,
    FencedOut,
    InProgress,
    KeyUsedOtherwise,
    NoIssuer,
    OrderRefused,
    SamePersonApproves,
    TimedOut,
)
from machikumo.certificates.safekeeping import SealBroken
from machikumo.certificates.tests.conftest import Town, individual_number, move_in, record_code
from machikumo.certificates.tests.examples import FAMILY, HouseholdRecord, member
from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.jobs import periodic
from machikumo.kernel.paper import page_texts
from machikumo.kernel.tenancy.doors import entered, read_as
from machikumo.register import actions as register_actions
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.queries import present_version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PART = Options(extent=Extent.PART)


def issue(home: Town, *examples: int, key: str = "k1", **facts: Any) -> CertificateRequest:
    return issuing.issue(home.scope, order=home.order(*examples, **facts), idempotency_key=key)


def received(home: Town, *examples: int, key: str = "k1", **facts: Any) -> CertificateRequest:
    return actions.receive_request(home.scope, order=home.order(*examples, **facts), idempotency_key=key).request


def step(home: Town, action: Callable[..., Any], request: CertificateRequest) -> CertificateRequest:
    return action(home.scope, request_id=request.pk, fencing=request.fencing)


def block(home: Town, example: int, level: BlockLevel, **facts: Any) -> Any:
    dates = {"starts_on": date(2026, 1, 1), "ends_on": None} | facts
    return register_actions.add_block(home.scope, person_id=home.people[example], level=level, **dates)


def raw(scope: Scope, statement: str, values: list[Any]) -> int:
    with entered(scope), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def steps(home: Town, request: CertificateRequest) -> list[str]:
    with entered(home.scope):
        return [one.state for one in queries.steps_of(home.scope, request.pk)]


def expire(home: Town, request: CertificateRequest) -> None:
    raw(
        home.scope,
        "UPDATE certificates_certificaterequest SET lease_until = now() - interval '1 second' WHERE id = %s",
        [request.pk],
    )


def test_an_order_becomes_a_released_paper_of_the_right_people(home: Town) -> None:
    request = issue(home, options=Options(relationship=True))
    assert request.state == State.RELEASED.value
    assert steps(home, request) == [state.value for state in PATH[:5]]
    _request, document = actions.open_document(home.scope, request_id=request.pk)
    text = plain("".join(page_texts(document)))
    assert all(plain(person.row["name"]) in text for person in FAMILY.members)
    assert request.number in text
    assert request.sheets == 2


def test_delivery_is_one_act_after_release(home: Town) -> None:
    request = issue(home)
    delivered = step(home, actions.deliver_request, request)
    assert delivered.state == State.DELIVERED.value
    with pytest.raises(StepNotAllowed):
        step(home, actions.deliver_request, request)


def test_the_same_key_gives_the_same_paper_for_ever(home: Town) -> None:
    first, again = issue(home), issue(home)
    assert (first.pk, first.number) == (again.pk, again.number)
    step(home, actions.deliver_request, first)
    assert issue(home).state == State.DELIVERED.value


def test_a_key_that_comes_with_another_order_is_refused(home: Town) -> None:
    issue(home)
    with pytest.raises(KeyUsedOtherwise):
        issue(home, 1, options=PART)


def test_numbers_run_without_a_gap_within_the_fiscal_year_and_each_town_has_its_own(
    home: Town, other_home: Town
) -> None:
    numbers = [issue(home, key=f"k{number}").number for number in range(3)]
    assert [int(number.split("-")[1]) for number in numbers] == [1, 2, 3]
    assert issue(other_home).number == numbers[0]


def test_tokens_cannot_be_guessed(home: Town) -> None:
    tokens = {issue(home, key=f"k{number}").token for number in range(3)}
    assert len(tokens) == 3
    assert all(re.fullmatch("[a-z2-7]{26}", token or "") for token in tokens)


def test_another_town_finds_neither_request_nor_paper_nor_person(home: Town, other_home: Town) -> None:
    request = issue(home)
    with pytest.raises(NotFound):
        actions.open_document(other_home.scope, request_id=request.pk)
    with pytest.raises(NotFound):
        actions.check_request(other_home.scope, request_id=request.pk, fencing=1)
    with pytest.raises(NotFound):
        issuing.issue(other_home.scope, order=home.order(1, options=PART), idempotency_key="x")


def test_numbers_are_on_the_paper_only_and_nowhere_readable_at_rest(home: Town) -> None:
    request = issue(home, options=Options(individual_number=True, resident_record_code=True))
    assert request.state == State.RELEASED.value
    _request, document = actions.open_document(home.scope, request_id=request.pk)
    text = plain("".join(page_texts(document)))
    assert individual_number(1) in text
    assert record_code(5) in text
    assert individual_number(1) not in json.dumps(request.snapshot)
    with entered(home.scope):
        kept = bytes(queries.document_of(home.scope, request.pk).sealed)
    assert document[:5] not in kept
    assert b"%PDF" not in kept


def test_each_opening_of_a_number_and_each_person_on_the_paper_is_in_the_ledger(home: Town) -> None:
    issue(home, options=Options(individual_number=True))
    with read_as("auditor", home.scope), connections_cursor("auditor") as cursor:
        cursor.execute("SELECT canonical::jsonb ->> 'event', count(*) FROM ledger_entry GROUP BY 1")
        counts = dict(cursor.fetchall())
    assert counts["number.opened"] == 10  # five people, at printing and at the reading back
    assert counts["person.certified"] == 5
    assert all(counts[f"certificate.{state.value}"] == 1 for state in PATH[:5])


def connections_cursor(alias: str) -> Any:
    from django.db import connections

    return connections[alias].cursor()


def test_a_person_without_a_number_gets_an_empty_place(home: Town, other_home: Town) -> None:
    from machikumo.kernel.numbers.actions import remove_number

    with entered(home.scope):
        token = checking.register.household_of(home.scope, home.people[1]).members[0].person_key
    remove_number(home.scope, kind="individual_number", subject=token, ground="test")
    request = issue(home, options=Options(individual_number=True))
    assert request.state == State.RELEASED.value
    assert other_home.people != home.people


@pytest.mark.parametrize("channel", [Channel.DESK, Channel.KIOSK])
def test_a_block_on_any_member_refuses_the_household_and_says_nothing(home: Town, channel: Channel) -> None:
    block(home, 3, BlockLevel.REFUSE)
    request = issue(home, 1, options=PART, channel=channel)
    assert (request.state, request.end_reason) == (State.REFUSED.value, "held_back")
    assert request.snapshot is None
    assert request.serial is None


def test_away_from_the_desk_an_alert_refuses_too(home: Town) -> None:
    block(home, 3, BlockLevel.ALERT)
    assert issue(home, channel=Channel.ONLINE).state == State.REFUSED.value
    assert issue(home, key="k2").state == State.RELEASED.value


@pytest.mark.parametrize("after", [actions.check_request, actions.render_request, actions.verify_request])
def test_a_block_set_while_the_paper_is_made_stops_it(home: Town, after: Callable[..., Any]) -> None:
    request = received(home)
    for one in (actions.check_request, actions.render_request, actions.verify_request):
        step(home, one, request)
        if one is after:
            break
    block(home, 2, BlockLevel.REFUSE)
    ended = issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    assert (ended.state, ended.end_reason) == (State.REFUSED.value, "held_back")
    with entered(home.scope), pytest.raises(NotFound):
        queries.document_of(home.scope, request.pk)


def test_a_request_that_needs_approval_waits_and_another_person_lets_it_go_on(
    home: Town, scope_of: Callable[..., Scope], town: Organisation
) -> None:
    block(home, 2, BlockLevel.APPROVE)
    request = issue(home)
    assert request.state == State.RECEIVED.value
    assert issuing.waits_for_approval(request)
    assert issue(home).pk == request.pk
    with pytest.raises(SamePersonApproves):
        step(home, actions.approve_request, request)
    head = scope_of(town, person="account:2", role="section_head")
    approved = actions.approve_request(head, request_id=request.pk, fencing=request.fencing)
    with pytest.raises(Conflict):
        actions.approve_request(head, request_id=request.pk, fencing=approved.fencing)
    done = issuing.carry_on(home.scope, request_id=request.pk, fencing=approved.fencing)
    assert done.state == State.RELEASED.value
    assert done.approved_by == "account:2"


def test_the_clerk_who_held_it_before_the_approval_is_fenced_out(
    home: Town, scope_of: Callable[..., Scope], town: Organisation
) -> None:
    block(home, 2, BlockLevel.APPROVE)
    request = issue(home)
    actions.approve_request(scope_of(town, person="account:2"), request_id=request.pk, fencing=request.fencing)
    with pytest.raises(FencedOut):
        step(home, actions.check_request, request)


def test_an_order_for_what_may_not_be_given_makes_no_row(home: Town) -> None:
    with pytest.raises(OrderRefused) as refused:
        issue(home, kind=RequestKind.THIRD_PARTY, options=Options(domicile=True))
    assert {one.field for one in refused.value.refusals} == {"domicile", "ground"}
    with entered(home.scope):
        assert queries.request_by_key(home.scope, "k1") is None


def test_a_character_that_cannot_be_printed_refuses_before_a_number_is_spent(scope: Scope) -> None:
    home = move_in(scope, HouseholdRecord(9, (member(21, name="葛\U000e0100城　太郎"),)))
    request = issuing.issue(scope, order=home.order(21), idempotency_key="k1")
    assert (request.state, request.end_reason) == (State.REFUSED.value, "missing_glyph")
    assert request.serial is None


def test_a_name_too_long_for_the_form_refuses(scope: Scope) -> None:
    home = move_in(scope, HouseholdRecord(9, (member(21, name="葛" * 400),)))
    request = issuing.issue(scope, order=home.order(21), idempotency_key="k1")
    assert (request.state, request.end_reason) == (State.REFUSED.value, "too_long")


def test_a_removed_record_needs_the_one_person_layout(scope: Scope) -> None:
    home = move_in(scope, HouseholdRecord(9, (member(21, resident_state="2", removed_on="2026-03-31"),)))
    assert issuing.issue(scope, order=home.order(21), idempotency_key="k1").end_reason == "not_issuable"
    one = Options(layout=Layout.INDIVIDUAL)
    request = issuing.issue(scope, order=home.order(21, options=one), idempotency_key="k2")
    assert request.state == State.RELEASED.value


def test_a_household_with_a_row_set_aside_at_the_move_gets_no_paper_of_the_whole(home: Town) -> None:
    number = f"{FAMILY.household_id:015d}"
    register_actions.mark_incomplete(home.scope, household_numbers=[number], reason="bad_row")
    assert issue(home).end_reason == "not_issuable"
    assert issue(home, 1, key="k2", options=PART).state == State.RELEASED.value


def test_the_history_of_a_person_is_printed_without_what_was_corrected(home: Town) -> None:
    person = home.people[1]
    with entered(home.scope):
        version = present_version_of(home.scope, person)
    register_actions.correct(
        home.scope, person_id=person, expected_version_id=version.pk, changes={"address_number": "99番"}, ground="test"
    )
    options = Options(layout=Layout.INDIVIDUAL, extent=Extent.PART, history=True)
    request = issue(home, 1, options=options)
    _request, document = actions.open_document(home.scope, request_id=request.pk)
    text = plain("".join(page_texts(document)))
    assert "99番" in text
    assert "13番1号" not in text


def test_a_paper_that_reads_back_wrong_is_destroyed_and_stops_the_channel_until_a_person_opens_it(
    home: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(printing, "differences", lambda *_: (1, [Mismatch(1, "name", "a", "b")]))
        request = issue(home)
    assert (request.state, request.end_reason) == (State.REFUSED.value, "read_back")
    with pytest.raises(ChannelStopped):
        issue(home, key="k2")
    assert issue(home, key="k3", channel=Channel.ONLINE).state == State.RELEASED.value
    with entered(home.scope):
        (stop,) = queries.open_stops(home.scope)
    actions.reopen_channel(home.scope, stop_id=stop.pk)
    with pytest.raises(Conflict):
        actions.reopen_channel(home.scope, stop_id=stop.pk)
    assert issue(home, key="k2").state == State.RELEASED.value


def test_another_peoples_paper_under_our_request_is_found_by_the_reading_back(
    home: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happened in 2023: the printer took another request's paper."""
    from machikumo.certificates.tests.examples import FOREIGN, snapshot_of

    theirs = printing.print_certificate(snapshot_of(FOREIGN), {}, moment=stepping_moment())
    monkeypatch.setattr(printing, "print_certificate", lambda *_, **__: theirs)
    request = issue(home)
    assert (request.state, request.end_reason) == (State.REFUSED.value, "read_back")


def stepping_moment() -> Any:
    from django.utils import timezone

    return timezone.now()


def test_a_stored_paper_that_was_exchanged_or_altered_does_not_open(home: Town) -> None:
    first, second = issue(home, key="k1"), issue(home, 1, key="k2", options=PART)
    with entered(home.scope):
        other = queries.document_of(home.scope, second.pk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "document_of", lambda *_: other)
        with pytest.raises(SealBroken):
            actions.open_document(home.scope, request_id=first.pk)
    assert actions.open_document(home.scope, request_id=first.pk)[0].pk == first.pk


def test_the_application_cannot_alter_a_stored_paper_a_step_or_a_request_away(home: Town) -> None:
    from django.db import ProgrammingError

    request = issue(home)
    for statement in (
        "UPDATE certificates_certificatedocument SET sealed = '' WHERE request_id = %s",
        "DELETE FROM certificates_certificatestep WHERE request_id = %s",
        "DELETE FROM certificates_certificaterequest WHERE id = %s",
    ):
        with pytest.raises(ProgrammingError):
            raw(home.scope, statement, [request.pk])
    assert steps(home, request)[-1] == State.RELEASED.value


def test_a_second_release_is_refused_by_the_database_itself(home: Town) -> None:
    from django.db import IntegrityError

    request = issue(home)
    with pytest.raises(IntegrityError):
        raw(
            home.scope,
            "INSERT INTO certificates_certificatestep (organisation_id, request_id, state, by, fencing) "
            "VALUES (%s, %s, 'released', 'x', 1)",
            [home.scope.organisation_id, request.pk],
        )
    assert steps(home, request).count("released") == 1


def test_while_a_worker_is_at_it_the_same_key_waits(home: Town) -> None:
    received(home)
    with pytest.raises(InProgress):
        issue(home)


def test_a_timeout_cancels_the_whole_request_and_the_late_worker_changes_nothing(home: Town) -> None:
    request = received(home)
    step(home, actions.check_request, request)
    step(home, actions.render_request, request)
    expire(home, request)
    ended = issue(home)
    assert (ended.state, ended.end_reason) == (State.CANCELLED.value, "timed_out")
    with pytest.raises(FencedOut):
        step(home, actions.verify_request, request)
    with entered(home.scope), pytest.raises(NotFound):
        queries.document_of(home.scope, request.pk)
    assert steps(home, request) == ["received", "checked", "rendered", "cancelled"]


def test_a_worker_that_comes_too_late_cancels_its_own_request(home: Town) -> None:
    request = received(home)
    expire(home, request)
    with pytest.raises(TimedOut):
        step(home, actions.check_request, request)
    ended = issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    assert (ended.state, ended.end_reason) == (State.CANCELLED.value, "timed_out")


def test_what_is_overdue_is_cancelled_in_one_go_but_not_what_waits_for_a_person(home: Town) -> None:
    late, fresh = received(home, key="k1"), received(home, key="k2")
    expire(home, late)
    block(home, 2, BlockLevel.APPROVE)
    waiting = received(home, key="k3")
    expire(home, waiting)
    assert issuing.cancel_overdue(home.scope) == 1
    with entered(home.scope):
        states = {row.pk: queries.request_of(home.scope, row.pk).state for row in (late, fresh, waiting)}
    assert states == {late.pk: "cancelled", fresh.pk: "received", waiting.pk: "received"}


def test_the_worker_cancels_what_is_overdue_by_itself_and_the_ledger_says_who(home: Town, town: Organisation) -> None:
    late, fresh = received(home, key="k1"), received(home, key="k2")
    expire(home, late)
    assert periodic.run_one(town, "certificates.cancel_overdue")
    with entered(home.scope):
        states = {row.pk: queries.request_of(home.scope, row.pk).state for row in (late, fresh)}
        last = queries.steps_of(home.scope, late.pk)[-1]
    assert states == {late.pk: "cancelled", fresh.pk: "received"}
    assert last.by == "periodic:certificates.cancel_overdue"


def test_a_fault_of_the_program_cancels_the_request_and_is_raised(home: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr(printing, "print_certificate", broken)
    with pytest.raises(RuntimeError):
        issue(home)
    with entered(home.scope):
        request = queries.request_by_key(home.scope, "k1")
    assert request is not None
    assert (request.state, request.end_reason) == (State.CANCELLED.value, "fault")


def test_issuing_inside_a_transaction_is_refused(home: Town) -> None:
    with entered(home.scope), pytest.raises(issuing.WithinTransaction):
        issue(home)


def test_a_cancelled_request_stays_cancelled(home: Town) -> None:
    request = received(home)
    actions.cancel_request(home.scope, request_id=request.pk, fencing=1, reason="requester")
    assert issue(home).state == State.CANCELLED.value
    assert issuing.carry_on(home.scope, request_id=request.pk, fencing=1).state == State.CANCELLED.value
    with pytest.raises(StepNotAllowed):
        actions.cancel_request(home.scope, request_id=request.pk, fencing=2, reason="again")


def test_an_issued_paper_cannot_be_cancelled_but_withdrawn_once(home: Town) -> None:
    request = issue(home)
    with pytest.raises(StepNotAllowed):
        actions.cancel_request(home.scope, request_id=request.pk, fencing=request.fencing, reason="x")
    actions.withdraw_certificate(home.scope, request_id=request.pk, reason="spoilt")
    with pytest.raises(Conflict):
        actions.withdraw_certificate(home.scope, request_id=request.pk, reason="spoilt")


def test_a_live_town_without_a_named_mayor_refuses(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope]
) -> None:
    organisation = make_organisation(mode="live")
    scope = scope_of(organisation)
    with entered(scope), pytest.raises(NoIssuer):
        queries.issuer_of(scope)
    actions.set_issuer(scope, mayor_title="試験町長", mayor_name="町野　花子", valid_from=date(2026, 4, 1))
    actions.set_issuer(scope, mayor_title="試験町長", mayor_name="町野　次郎", valid_from=date(2026, 4, 1))
    with entered(scope):
        issuer = queries.issuer_of(scope)
    assert (issuer.mayor_name, issuer.training) == ("町野　次郎", False)


def test_an_unconfirmed_word_for_a_code_is_not_printed_in_a_live_town() -> None:
    from machikumo.certificates.tests.examples import FOREIGN, snapshot_of

    unknown = HouseholdRecord(9, (member(1, residence_status_code="005", residence_status_text=""),))
    with pytest.raises(NotIssuable):
        snapshot_of(unknown, Options(residence_status=True))
    assert snapshot_of(FOREIGN, Options(residence_status=True)).persons[0].residence_status


def test_a_role_without_the_permission_cannot_issue_or_release(
    home: Town, scope_of: Callable[..., Scope], town: Organisation
) -> None:
    onlooker = scope_of(town, permissions=frozenset({"certificates.view"}))
    with pytest.raises(Forbidden):
        issuing.issue(onlooker, order=home.order(), idempotency_key="k1")
    request = issue(home)
    with pytest.raises(Forbidden):
        actions.open_document(onlooker, request_id=request.pk)


def test_the_public_check_needs_two_items_from_the_paper_and_counts_wrong_tries(home: Town) -> None:
    request = issue(home)
    token = request.token or ""

    def check(number: str, birth: str) -> bool | None:
        return actions.check_paper(home.scope, token=token, number=number, birth_date=birth)

    assert check(request.number, "1980-05-17") is True
    assert check(request.number.replace("-", "－"), "2012-02-29") is True
    assert check(request.number, "1980-05-18") is False
    assert check("2026-999999", "1980-05-17") is False
    assert check(request.number, "") is False
    for _ in range(10):
        check("1", "1")
    assert check(request.number, "1980-05-17") is None
    assert actions.check_paper(home.scope, token="unknown", number="1", birth_date="1") is False


def test_a_paper_that_is_not_issued_is_unknown_to_the_public_check(home: Town) -> None:
    request = received(home)
    step(home, actions.check_request, request)
    with entered(home.scope):
        token = queries.request_of(home.scope, request.pk).token
        assert queries.request_by_token(home.scope, token or "") is None


def test_the_lease_is_a_setting(settings: Any) -> None:
    settings.CERTIFICATE_LEASE_SECONDS = 2.5
    assert stepping.lease().total_seconds() == 2.5
