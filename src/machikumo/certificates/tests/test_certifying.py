"""Who certifies and what a municipality has confirmed: two people, versions, and no paper on an unconfirmed text."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from machikumo.certificates import actions, doors, issuing, preview, queries, readiness
from machikumo.certificates.actions.certifying import ISSUER
from machikumo.certificates.domain.addresses import fault_of
from machikumo.certificates.domain.certifying import LONGEST, CertificationRefused, refuse_certification
from machikumo.certificates.domain.comparison import plain
from machikumo.certificates.domain.options import Extent, Layout, Options
from machikumo.certificates.domain.orders import Order
from machikumo.certificates.domain.requests import Channel, RequestKind
from machikumo.certificates.domain.sheets import certification_of
from machikumo.certificates.domain.snapshot import CERTIFICATION, Snapshot
from machikumo.certificates.domain.statements import Asked, bearing
from machikumo.certificates.errors import NotReady
from machikumo.certificates.models import CertificateConfirmation, CertificateIssuer
from machikumo.certificates.tests.conftest import Town, standard_rows
from machikumo.certificates.tests.examples import FAMILY, snapshot_of
from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals.domain.rules import AlreadyDecided, SamePerson
from machikumo.kernel.errors import Conflict, NotFound, NotPermitted
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.paper import page_texts
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

ADDRESS = "https://cloud.example.jp"
OTHER_WORDS = "{範囲}の{種類}の写しに相違ないことを証明します。"


def facts(**given: Any) -> dict[str, Any]:
    return {
        "mayor_title": "見本町長",
        "mayor_name": "町野　花子",
        "certification": OTHER_WORDS,
        "source": "見本町住民票等取扱要綱 第5条",
        "valid_from": timezone.localdate(),
    } | given


@pytest.fixture
def officer(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:1", role="information_officer")


@pytest.fixture
def head(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    permissions = frozenset({"work.enter", "approvals.decide"})
    return scope_of(town, person="account:2", role="section_head", permissions=permissions)


@pytest.fixture
def live(make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(make_organisation(mode="live"))


def confirm_all(scope: Scope) -> None:
    for one in queries.statements():
        actions.confirm_statement(scope, key=one.key, digest=one.digest, source="照合した法令")


def asked(**given: Any) -> Asked:
    return Asked(**({"kind": RequestKind.SELF, "options": Options(), "channel": Channel.DESK, "people": 1} | given))


# the words of certification


@pytest.mark.parametrize("words", [CERTIFICATION, OTHER_WORDS, "{種類}{範囲}"])
def test_words_with_both_places_may_stand(words: str) -> None:
    refuse_certification(words)
    assert "{" in words


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("証明する。", "一つずつ"),
        ("{範囲}だけ", "一つずつ"),
        ("{範囲}{種類}{種類}", "一つずつ"),
        ("{範囲}{種類}{氏名}", "使えない文字"),
        ("{範囲}{種類}\n", "使えない文字"),
        ("{範囲}{種類}" + "長" * LONGEST, "文字以内"),
    ],
)
def test_words_that_a_paper_cannot_carry_are_refused_and_say_why(words: str, message: str) -> None:
    with pytest.raises(CertificationRefused, match=message) as refused:
        refuse_certification(words)
    assert refused.value.message_en != refused.value.message_ja


@given(st.text(alphabet=st.characters(categories=["L", "N"]), max_size=50))
def test_the_places_are_filled_and_every_other_character_stays(words: str) -> None:
    snapshot = snapshot_of()
    issuer = dataclasses.replace(snapshot.issuer, certification=f"{words}{{範囲}}{{種類}}")
    assert certification_of(dataclasses.replace(snapshot, issuer=issuer)) == f"{words}世帯全員住民票"


def test_a_snapshot_of_before_the_words_could_be_set_reads_with_the_usual_ones() -> None:
    values = snapshot_of().to_json()
    del values["issuer"]["certification"]
    assert Snapshot.from_json(values).issuer.certification == CERTIFICATION


# two people and versions


def test_what_an_officer_proposes_holds_once_another_person_has_approved_it(
    officer: Scope, head: Scope, town: Organisation
) -> None:
    row = actions.propose_issuer(officer, **facts())
    with entered(officer):
        assert queries.issuer_in_force(officer, timezone.localdate()) is None
    with pytest.raises(SamePerson):
        approvals.approve(officer, approval_id=row.pk)
    approvals.approve(head, approval_id=row.pk)
    with entered(officer):
        issuer = queries.issuer_of(officer)
        kept = queries.issuers(officer)[0]
    assert (issuer.mayor_title, issuer.mayor_name, issuer.certification) == ("見本町長", "町野　花子", OTHER_WORDS)
    assert (kept.asked_by, kept.set_by) == ("account:1", "account:2")
    assert issuer.name == town.name
    assert "certificate.issuer_set" in [event for (event,) in rows_of(officer, "event")]


def test_a_rejected_proposal_changes_nothing_and_a_second_one_waits_its_turn(officer: Scope, head: Scope) -> None:
    row = actions.propose_issuer(officer, **facts())
    with pytest.raises(AlreadyDecided, match="すでに出ています"):
        actions.propose_issuer(officer, **facts(mayor_name="別の人"))
    approvals.reject(head, approval_id=row.pk, note="日付を直してください")
    with entered(officer):
        assert queries.issuers(officer) == []
    assert actions.propose_issuer(officer, **facts()).kind == ISSUER


def test_words_that_a_paper_cannot_carry_are_not_even_proposed(officer: Scope) -> None:
    with pytest.raises(CertificationRefused):
        actions.propose_issuer(officer, **facts(certification="証明する。"))


def test_the_next_mayor_signs_from_the_day_on_and_the_last_one_stays_in_the_list(officer: Scope) -> None:
    change = timezone.localdate() + dt.timedelta(days=3)
    actions.set_issuer(officer, **facts())
    actions.set_issuer(officer, **facts(mayor_name="次野　太郎", valid_from=change))
    with entered(officer):
        assert queries.issuer_of(officer).mayor_name == "町野　花子"
    with time_machine.travel(timezone.now() + dt.timedelta(days=3), tick=False), entered(officer):
        assert queries.issuer_of(officer).mayor_name == "次野　太郎"
        assert [row.mayor_name for row in queries.issuers(officer)] == ["次野　太郎", "町野　花子"]


def test_a_correction_of_the_same_day_holds_and_the_mistake_stays_visible(officer: Scope) -> None:
    actions.set_issuer(officer, **facts(mayor_name="町野　華子"))
    actions.set_issuer(officer, **facts())
    with entered(officer):
        assert queries.issuer_of(officer).mayor_name == "町野　花子"
        assert CertificateIssuer.objects.within(officer).count() == 2


def test_who_may_not_change_settings_cannot_propose(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    clerk = scope_of(town, role="desk_clerk", permissions=frozenset({"work.enter", "certificates.issue"}))
    with pytest.raises(NotPermitted, match="団体の設定を変える"):
        actions.propose_issuer(clerk, **facts())


def test_the_words_that_were_approved_stand_on_the_paper_and_are_read_back(home: Town) -> None:
    actions.set_issuer(home.scope, **facts())
    done = issuing.issue(home.scope, order=home.order(), idempotency_key=str(uuid4()))
    assert done.state == "released"
    _row, document = actions.open_document(home.scope, request_id=done.pk)
    assert plain("世帯全員の住民票の写しに相違ないことを証明します。") in plain(page_texts(document)[0])


def test_a_specimen_shows_issuer_and_words_and_nobody_who_lives(officer: Scope) -> None:
    given = {"mayor_title": "見本町長", "mayor_name": "町野　花子", "certification": OTHER_WORDS}
    with entered(officer):
        text = plain(page_texts(preview.specimen(officer, moment=timezone.localtime(), **given))[0])
    for words in ("見本町長", plain("町野　花子"), "相違ないことを証明します", plain("見本　花子"), "SPECIMEN"):
        assert words in text


# what is known only from memory


def test_every_statement_says_what_it_is_known_from_in_both_languages() -> None:
    statements = queries.statements()
    assert len({one.key for one in statements}) == len(statements) >= 9
    assert all(all(pair) for one in statements for pair in (one.title, one.text, one.source))
    assert not any(one.confirmed for one in statements)


FEE = "fee.desk.2015-10-05"


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ({}, {"layout_items", FEE}),
        ({"people": 5}, {"layout_items", "joining_seal", FEE}),
        ({"people": 2, "options": Options(layout=Layout.INDIVIDUAL)}, {"layout_items", "joining_seal", FEE}),
        ({"kind": RequestKind.THIRD_PARTY}, {"layout_items", "third_party_items", FEE}),
        ({"kind": RequestKind.PROXY}, {"layout_items", FEE}),
        (
            {"kind": RequestKind.PROXY, "options": Options(individual_number=True)},
            {"layout_items", "proxy_numbers", FEE},
        ),
        (
            {"options": Options(residence_status=True), "channel": Channel.POST},
            {"layout_items", "residence_codes", "fee.post.2015-10-05"},
        ),
    ],
)
def test_a_request_rests_on_the_statements_that_bear_on_it_and_no_other(given: dict[str, Any], keys: set[str]) -> None:
    assert {one.key for one in bearing(queries.statements(), asked(**given))} == keys


def test_a_confirmation_says_who_when_and_after_which_source_and_holds_for_that_text_only(officer: Scope) -> None:
    one = queries.statements()[0]
    with pytest.raises(Conflict, match="文言が変わりました"):
        actions.confirm_statement(officer, key=one.key, digest="0" * 64, source="要領")
    row = actions.confirm_statement(officer, key=one.key, digest=one.digest, source="要領 第2-4")
    assert (row.confirmed_by, row.source, row.text) == ("account:1", "要領 第2-4", one.text[0])
    with pytest.raises(Conflict, match="確認済み"):
        actions.confirm_statement(officer, key=one.key, digest=one.digest, source="要領")
    with entered(officer):
        assert one.key in queries.confirmations(officer)
        CertificateConfirmation.objects.within(officer).update(digest="0" * 64)
        assert one.key not in queries.confirmations(officer)
    assert "certificate.statement_confirmed" in [event for (event,) in rows_of(officer, "event")]


def test_a_confirmation_can_be_taken_back_once(officer: Scope) -> None:
    one = queries.statements()[0]
    actions.confirm_statement(officer, key=one.key, digest=one.digest, source="要領")
    actions.withdraw_confirmation(officer, key=one.key)
    with entered(officer):
        assert not queries.is_confirmed(officer, one.key)
        assert CertificateConfirmation.objects.within(officer).count() == 1
    with pytest.raises(Conflict, match="確認されていません"):
        actions.withdraw_confirmation(officer, key=one.key)
    with pytest.raises(NotFound):
        actions.confirm_statement(officer, key="no.such", digest="", source="要領")


def test_a_training_town_needs_nothing(home: Town, settings: Any) -> None:
    settings.PUBLIC_ADDRESS = ""
    with entered(home.scope):
        assert readiness.obstacles(home.scope) == []
        assert readiness.public_address(home.scope) == "http://localhost:8000"


def order_of(person: int) -> Order:
    options = Options(extent=Extent.PART)
    return Order(person_ids=(person,), kind=RequestKind.SELF, requester_name="葛城　太郎", options=options)


def test_a_live_town_begins_no_request_until_everything_is_set_and_says_what_is_missing(
    live: Scope, settings: Any
) -> None:
    settings.PUBLIC_ADDRESS = "http://localhost:8000"
    with pytest.raises(NotReady) as refused:
        actions.receive_request(live, order=order_of(1), idempotency_key="k1")
    for words in ("MACHIKUMO_PUBLIC_ADDRESS", "証明する人", "様式の項目の名前と並び", "手数料（窓口）"):
        assert words in refused.value.message_ja
    with entered(live):
        assert queries.request_by_key(live, "k1") is None
    settings.PUBLIC_ADDRESS = ADDRESS
    actions.set_issuer(live, **facts())
    confirm_all(live)
    with entered(live):
        assert readiness.obstacles(live) == []
    with pytest.raises(NotFound):  # nothing but the person is missing now
        actions.receive_request(live, order=order_of(1), idempotency_key="k1")


def somebody_in(scope: Scope) -> int:
    """The family without the training numbers that a live town refuses; gives the first one's id."""
    import polars as pl

    from machikumo.register import actions as register_actions
    from machikumo.register.domain.columns import OWN_COLUMNS
    from machikumo.register.domain.keys import KeyKind
    from machikumo.register.domain.terms import Search, Term
    from machikumo.register.queries import find_people

    rows = [{**row, "individual_number": "", "resident_record_code": ""} for row in standard_rows(FAMILY)]
    keys = sorted({*OWN_COLUMNS, *(key for row in rows for key in row)})
    frame = pl.DataFrame([{key: row.get(key, "") for key in keys} for row in rows])
    register_actions.load_block(scope, frame=frame, source="test")
    with entered(scope):
        return find_people(scope, Search((Term.exact(KeyKind.NUMBER, f"{1:015d}"),)))[0].person_id


def test_a_live_town_with_everything_confirmed_issues_with_its_own_address(live: Scope, settings: Any) -> None:
    settings.PUBLIC_ADDRESS = ADDRESS
    actions.set_issuer(live, **facts())
    confirm_all(live)
    order = order_of(somebody_in(live))
    done = issuing.issue(live, order=order, idempotency_key="k1")
    assert (done.state, done.end_reason) == ("released", "")
    assert done.snapshot["verification_url"].startswith(f"{ADDRESS}/{live.organisation_code}/verify/")
    assert done.fee_confirmed
    settings.PUBLIC_ADDRESS = ""
    with pytest.raises(NotReady, match="公開用アドレス"):
        issuing.issue(live, order=order, idempotency_key="k2")


def test_a_confirmation_taken_back_after_the_reception_refuses_the_request(live: Scope, settings: Any) -> None:
    settings.PUBLIC_ADDRESS = ADDRESS
    actions.set_issuer(live, **facts())
    confirm_all(live)
    order = order_of(somebody_in(live))
    request = actions.receive_request(live, order=order, idempotency_key="k1").request
    actions.withdraw_confirmation(live, key="layout_items")
    done = issuing.carry_on(live, request_id=request.pk, fencing=request.fencing)
    assert (done.state, done.end_reason) == ("refused", "not_ready")


@pytest.mark.parametrize("address", [ADDRESS, "https://cloud.example.jp:8443", "https://cloud.example.jp/"])
def test_an_address_that_others_can_reach_may_stand_on_paper(address: str) -> None:
    assert fault_of(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "cloud.example.jp",
        "http://cloud.example.jp",
        "https://localhost:8000",
        "https://127.0.0.1",
        "https://",
        "https://cloud.example.jp/path",
        "https://me@cloud.example.jp",
        "https://cloud.example.jp?x=1",
    ],
)
def test_any_other_address_is_refused_in_both_languages(address: str) -> None:
    fault = fault_of(address)
    assert fault is not None
    assert all(fault)


# pages


def address_of(town: Organisation, name: str, *arguments: Any) -> str:
    return reverse(f"certificates:{name}", args=[town.code, *arguments])


@pytest.mark.parametrize(
    ("language", "heading", "button"),
    [("ja", "根拠の確認", "照合したので確認済みにする"), ("en", "What has to be confirmed", "Compared; confirm it")],
)
def test_the_page_of_settings_shows_every_statement_and_confirms_it(
    client: Client, town: Organisation, scope: Scope, signed_in: Any, language: str, heading: str, button: str
) -> None:
    signed_in(client, town, "section_head")
    client.cookies["machikumo_language"] = language
    before = client.get(address_of(town, "settings")).content.decode()
    assert heading in before
    assert ("未確認" in before) or ("Not confirmed" in before)
    assert before.count(button) == len(queries.statements())
    one = queries.statements()[0]
    sent = {f"{one.key}-digest": one.digest, f"{one.key}-source": "照合した要領 令和8年版"}
    client.post(address_of(town, "confirm", one.key), sent)
    after = client.get(address_of(town, "settings")).content.decode()
    assert "照合した要領 令和8年版" in after
    assert after.count(button) == before.count(button) - 1
    client.post(address_of(town, "unconfirm", one.key))
    with entered(scope):
        assert queries.confirmations(scope) == {}


def test_a_confirmation_without_a_source_is_refused(
    client: Client, town: Organisation, scope: Scope, signed_in: Any
) -> None:
    signed_in(client, town, "section_head")
    one = queries.statements()[0]
    answer = client.post(address_of(town, "confirm", one.key), {f"{one.key}-digest": one.digest}, follow=True)
    assert "照合した根拠を入力してください" in answer.content.decode()
    with entered(scope):
        assert queries.confirmations(scope) == {}


def typed() -> dict[str, str]:
    day = timezone.localdate()
    parts = {"era": "西暦", "year": day.year, "month": day.month, "day": day.day}
    words = {name: str(value) for name, value in facts().items() if name != "valid_from"}
    return words | {f"valid_from_{part}": str(value) for part, value in parts.items()}


def test_an_officer_types_sees_the_specimen_and_asks_and_a_head_approves(
    client: Client, town: Organisation, scope: Scope, signed_in: Any
) -> None:
    signed_in(client, town, "information_officer")
    shown = client.post(address_of(town, "issuer"), typed()).content.decode()
    assert "specimen.pdf" in shown
    assert "承認を依頼する" in shown
    sent = client.post(address_of(town, "issuer"), typed() | {"do": "ask"})
    assert "/work/approvals/" in sent["Location"]
    again = client.post(address_of(town, "issuer"), typed() | {"do": "ask"}, follow=True)
    assert "すでに出ています" in again.content.decode()
    signed_in(client, town, "section_head")
    assert "証明者の設定" in client.get(f"/{town.code}/work/approvals/").content.decode()
    page = client.get(sent["Location"]).content.decode()
    assert "町野　花子" in page
    assert "specimen.pdf" in page
    client.post(f"{sent['Location']}decide/", {"do": "approve"})
    with entered(scope):
        assert queries.issuer_of(scope).mayor_name == "町野　花子"
    assert "適用中" in client.get(address_of(town, "settings")).content.decode()


def test_words_that_cannot_stand_are_told_at_their_field(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "information_officer")
    answer = client.post(address_of(town, "issuer"), {"certification": "証明する。"}).content.decode()
    assert "一つずつ入れてください" in answer
    assert "specimen.pdf" not in answer


def test_the_specimen_is_a_pdf_and_wrong_words_are_refused(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "section_head")
    given = {"mayor_title": "見本町長", "mayor_name": "町野　花子", "certification": OTHER_WORDS}
    answer = client.get(address_of(town, "specimen"), given)
    assert answer.content.startswith(b"%PDF")
    assert client.get(address_of(town, "specimen")).content.startswith(b"%PDF")
    assert client.get(address_of(town, "specimen"), given | {"certification": "x"}).status_code == 422


def test_the_clerk_sees_what_is_unconfirmed_before_and_while_ordering(
    client: Client, town: Organisation, home: Town, signed_in: Any
) -> None:
    signed_in(client, town, "desk_clerk")
    page = client.get(f"{address_of(town, 'new')}?person={home.people[1]}").content.decode()
    assert "第三者に記載できる項目" in page
    assert "未確認" in page
    sent = {
        "key": str(uuid4()),
        "person": home.people[1],
        "kind": "third_party",
        "requester_name": "見本",
        "identity_check": "driving_licence",
        "ground": "債権の確認",
        "persons": list(home.ids(1)),
        "layout": "household",
        "items": [],
        "handover": "desk",
    }
    look = client.post(address_of(town, "new"), sent).content.decode()
    assert "基礎証明事項だけを記載し" in look
    assert "交付する" in look


def test_a_live_towns_officer_has_the_settings_as_a_task_until_they_are_complete(live: Scope, settings: Any) -> None:
    settings.PUBLIC_ADDRESS = ""
    with entered(live):
        assert [task.kind for task in doors.open_settings(live)] == ["certificate_settings"]
    actions.set_issuer(live, **facts())
    confirm_all(live)
    settings.PUBLIC_ADDRESS = ADDRESS
    with entered(live):
        assert list(doors.open_settings(live)) == []
