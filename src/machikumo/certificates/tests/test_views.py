"""The desk's pages and the public check."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.urls import reverse

from machikumo.certificates import actions, doors, issuing, queries
from machikumo.certificates.domain.comparison import plain
from machikumo.certificates.domain.options import Extent, Options
from machikumo.certificates.domain.requests import Channel
from machikumo.kernel.paper import page_texts
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions as register_actions
from machikumo.register.domain.blocks import BlockLevel

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.certificates.models import CertificateRequest
    from machikumo.certificates.tests.conftest import Town
    from machikumo.kernel.tenancy.models import Organisation

SignIn = Any


def order(home: Town, *examples: int, **facts: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "person": home.people[1],
        "kind": "self",
        "requester_name": "葛城　太郎",
        "identity_check": "individual_number_card",
        "ground": "",
        "persons": list(home.ids(*(examples or (1, 2, 3, 4, 5)))),
        "layout": "household",
        "items": [],
        "handover": "desk",
    } | facts


def address(town: Organisation, name: str, *arguments: Any) -> str:
    return reverse(f"certificates:{name}", args=[town.code, *arguments])


@pytest.fixture
def clerk(client: Client, town: Organisation, signed_in: SignIn) -> Client:
    signed_in(client, town, "desk_clerk")
    return client


def issued(home: Town, **facts: Any) -> CertificateRequest:
    return issuing.issue(home.scope, order=home.order(**facts), idempotency_key=str(uuid4()))


def test_a_clerk_goes_from_the_form_to_the_pdf(clerk: Client, town: Organisation, home: Town) -> None:
    page = clerk.get(address(town, "new"), {"person": home.people[1]})
    assert page.status_code == 200
    assert "葛\U000e0102城　邉\U000e010f子" in page.text
    typed = order(home, items=["relationship"])
    confirm = clerk.post(address(town, "new"), typed)
    assert "未確認" in confirm.text
    assert typed["key"] in confirm.text
    done = clerk.post(address(town, "issue"), typed)
    assert done.status_code == 302
    detail = clerk.get(done["Location"])
    assert "発行済み" in detail.text
    pdf = re.search(r'href="([^"]+\.pdf)"', detail.text)
    assert pdf
    paper = clerk.get(pdf[1])
    assert paper["Content-Type"] == "application/pdf"
    assert "no-store" in paper["Cache-Control"]
    assert plain("葛\U000e0102城　辻\U000e0102") in plain("".join(page_texts(paper.content)))
    assert clerk.post(address(town, "deliver", done["Location"].split("/")[-2])).status_code == 302
    assert "交付済み" in clerk.get(done["Location"]).text


def test_the_confirmation_carries_the_whole_order_on(clerk: Client, town: Organisation, home: Town) -> None:
    confirm = clerk.post(address(town, "new"), order(home, 1, 3, items=["domicile", "relationship"]))
    sent = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', confirm.text)
    assert sorted(value for name, value in sent if name == "persons") == sorted(map(str, home.ids(1, 3)))
    assert sorted(value for name, value in sent if name == "items") == ["domicile", "relationship"]
    assert "世帯の一部" in confirm.text


def test_sending_the_confirmation_twice_gives_one_paper(clerk: Client, town: Organisation, home: Town) -> None:
    typed = order(home)
    first, second = (clerk.post(address(town, "issue"), typed) for _ in range(2))
    assert first["Location"] == second["Location"]
    with entered(home.scope):
        assert (
            queries.requests_since(home.scope, queries.request_by_key(home.scope, typed["key"]).received_at).count()
            == 1
        )


def test_a_third_party_is_told_at_the_field_what_cannot_be_shown(clerk: Client, town: Organisation, home: Town) -> None:
    page = clerk.post(address(town, "new"), order(home, kind="third_party", items=["individual_number"]))
    assert page.status_code == 200
    assert "基礎証明事項だけ" in page.text
    assert "請求の理由" in page.text


def test_an_invalid_order_is_never_issued_whatever_the_browser_sends(
    clerk: Client, town: Organisation, home: Town
) -> None:
    back = clerk.post(address(town, "issue"), order(home, kind="third_party", items=["individual_number"]))
    assert "/new/" in back["Location"]
    foreign = clerk.post(address(town, "issue"), order(home, 11))
    assert "/new/" in foreign["Location"]
    assert "今日の請求はまだありません" in clerk.get(address(town, "list")).text


@pytest.mark.parametrize("person", ["", "x", "０", "999999999", "-1"])
def test_a_person_who_is_not_here_is_not_found(clerk: Client, town: Organisation, home: Town, person: str) -> None:
    assert home.people
    assert clerk.get(address(town, "new"), {"person": person}).status_code == 404
    assert clerk.post(address(town, "issue"), order(home, person=person)).status_code == 404


def test_another_towns_clerk_finds_nothing(
    client: Client, other_town: Organisation, home: Town, town: Organisation, signed_in: SignIn
) -> None:
    request = issued(home)
    signed_in(client, other_town, "desk_clerk")
    for where in (town, other_town):
        for name in ("detail", "document", "state"):
            assert client.get(address(where, name, request.pk)).status_code == 404
        for name in ("deliver", "cancel", "continue"):
            assert client.post(address(where, name, request.pk)).status_code == 404
    assert client.get(address(other_town, "new"), {"person": home.people[1]}).status_code == 404


def test_a_held_back_request_says_nothing_of_the_block(clerk: Client, town: Organisation, home: Town) -> None:
    register_actions.add_block(
        home.scope, person_id=home.people[3], level=BlockLevel.REFUSE, starts_on=date(2026, 1, 1), ends_on=None
    )
    done = clerk.post(address(town, "issue"), order(home))
    page = clerk.get(done["Location"]).text
    assert "C-17" in page
    assert not any(word in page for word in ("支援", "DV", "抑止", "block"))


def test_the_section_head_sees_why_approves_and_the_clerk_goes_on(
    client: Client, town: Organisation, home: Town, signed_in: SignIn
) -> None:
    register_actions.add_block(
        home.scope, person_id=home.people[3], level=BlockLevel.APPROVE, starts_on=date(2026, 1, 1), ends_on=None
    )
    clerk = signed_in(client, town, "desk_clerk")
    done = client.post(address(town, "issue"), order(home))
    request_id = done["Location"].split("/")[-2]
    assert "支援" not in client.get(done["Location"]).text
    assert client.post(address(town, "approve", request_id)).status_code == 403
    signed_in(client, town, "section_head")
    assert "支援措置" in client.get(done["Location"]).text
    assert client.post(address(town, "approve", request_id)).status_code == 302
    signed_in(client, town, "desk_clerk", account=clerk)
    assert "続けて作成する" in client.get(done["Location"]).text
    client.post(address(town, "continue", request_id))
    assert client.get(address(town, "state", request_id)).json()["state"] == "released"


def test_a_request_in_progress_is_shown_and_can_be_cancelled(clerk: Client, town: Organisation, home: Town) -> None:
    typed = order(home)
    received = actions.receive_request(
        home.scope,
        order=home.order(identity_check="individual_number_card", kind=home.order().kind),
        idempotency_key=typed["key"],
    ).request
    done = clerk.post(address(town, "issue"), typed)
    assert done["Location"] == address(town, "detail", received.pk)
    assert "この請求を取り消す" in clerk.get(done["Location"]).text
    clerk.post(address(town, "cancel", received.pk))
    assert clerk.get(address(town, "state", received.pk)).json() == {
        "id": str(received.pk),
        "state": "cancelled",
        "reason": "requester",
        "number": "",
    }
    assert clerk.get(address(town, "document", received.pk)).status_code == 404


def test_a_stopped_channel_is_shown_and_only_the_section_head_opens_it(
    client: Client, town: Organisation, home: Town, signed_in: SignIn
) -> None:
    actions.stop_channel(home.scope, channel=Channel.DESK, reason="read_back")
    clerk = signed_in(client, town, "desk_clerk")
    assert "発行を止めています" in client.get(address(town, "list")).text
    refused = client.post(address(town, "issue"), order(home))
    assert refused.status_code == 409
    with entered(home.scope):
        (stop,) = queries.open_stops(home.scope)
    assert client.post(address(town, "reopen", stop.pk)).status_code == 403
    signed_in(client, town, "section_head")
    assert "再開する" in client.get(address(town, "list")).text
    client.post(address(town, "reopen", stop.pk))
    signed_in(client, town, "desk_clerk", account=clerk)
    assert client.post(address(town, "issue"), order(home)).status_code == 302


def test_the_book_lists_todays_requests(clerk: Client, town: Organisation, home: Town) -> None:
    request = issued(home)
    page = clerk.get(address(town, "list"))
    assert request.number in page.text
    assert "発行済み" in page.text


def test_a_section_head_declares_a_paper_void(
    client: Client, town: Organisation, home: Town, signed_in: SignIn
) -> None:
    request = issued(home)
    signed_in(client, town, "section_head")
    client.post(address(town, "withdraw", request.pk), {"reason": "spoilt"})
    assert "この証明書は無効です" in client.get(address(town, "detail", request.pk)).text
    assert "無効" in client.get(address(town, "list")).text
    assert "無効になっています" in client.get(address(town, "verify", request.token)).text


def test_a_visitor_sees_issuer_type_and_date_only_and_a_match_with_two_items(
    client: Client, town: Organisation, home: Town
) -> None:
    request = issued(home)
    page = client.get(address(town, "verify", request.token))
    assert page.status_code == 200
    assert town.name in page.text
    assert not any(secret in page.text for secret in ("葛", "カツラギ", request.number, "西山町", "1980"))
    born = {"birth_date_era": "昭和", "birth_date_year": "55", "birth_date_month": "5", "birth_date_day": "17"}
    right = client.post(address(town, "verify", request.token), {"number": request.number, **born})
    assert "一致しました" in right.text
    wrong = client.post(address(town, "verify", request.token), {"number": "2026-999999", **born})
    assert "一致しません" in wrong.text
    for _ in range(10):
        wrong = client.post(address(town, "verify", request.token), {"number": "2026-999999", **born})
    assert "照合は止めています" in wrong.text


def test_an_unknown_token_or_another_towns_says_the_same(
    client: Client, town: Organisation, other_town: Organisation, home: Town
) -> None:
    request = issued(home)
    for where, token in ((town, "unknown"), (other_town, request.token)):
        page = client.get(address(where, "verify", token))
        assert page.status_code == 404
        assert "見つかりません" in page.text


def test_a_role_without_the_right_gets_no_form(
    client: Client, town: Organisation, home: Town, signed_in: SignIn
) -> None:
    signed_in(client, town, "auditor")
    assert client.get(address(town, "new"), {"person": home.people[1]}).status_code == 403
    assert client.post(address(town, "issue"), order(home)).status_code == 403
    assert client.get(address(town, "list")).status_code == 200


def test_a_fault_that_stops_the_paper_is_told_on_the_requests_page(
    clerk: Client, town: Organisation, home: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from machikumo.certificates import printing
    from machikumo.kernel.paper import PaperBusy

    def busy(*_: Any, **__: Any) -> bytes:
        raise PaperBusy

    monkeypatch.setattr(printing, "print_certificate", busy)
    done = clerk.post(address(town, "issue"), order(home))
    page = clerk.get(done["Location"]).text
    assert "混み合っています" in page
    assert "取消し" in page


def test_part_of_a_household_is_certified_as_such(clerk: Client, town: Organisation, home: Town) -> None:
    done = clerk.post(address(town, "issue"), order(home, 2))
    paper = clerk.get(address(town, "document", done["Location"].split("/")[-2]), {"download": "1"})
    assert paper["Content-Disposition"].startswith("attachment")
    text = plain("".join(page_texts(paper.content)))
    assert "世帯の一部の者" in text
    assert "ヨシノ" not in text
    assert issued(home, options=Options(extent=Extent.WHOLE)).sheets == 2


def test_people_of_a_household_are_told_apart_by_relationship_and_birth_date(
    clerk: Client, town: Organisation, home: Town
) -> None:
    page = clerk.get(address(town, "new"), {"person": home.people[1]}).text
    assert "（妻　昭和58年1月8日）" in page
    assert "（父　昭和20年頃）" in page


def test_the_towns_page_leads_to_the_check_of_a_paper(client: Client, town: Organisation) -> None:
    address_of_check = f"/{town.code}/verify/"
    assert f'href="{address_of_check}"' in client.get(f"/{town.code}/").text
    assert client.get(address_of_check).status_code == 200


def test_each_role_finds_its_own_tasks_and_the_clerk_learns_nothing_of_a_held_request(
    home: Town, town: Organisation, scope_of: Any
) -> None:
    register_actions.add_block(
        home.scope, person_id=home.people[3], level=BlockLevel.APPROVE, starts_on=date(2026, 1, 1), ends_on=None
    )
    request = issued(home)
    clerk = scope_of(town, person="account:3", permissions=frozenset({"certificates.issue"}))
    head = scope_of(town, person="account:2", permissions=frozenset({"register.view_protected", "certificates.cancel"}))
    with entered(home.scope):
        assert [task.url for task in doors.held_requests(head)] == [address(town, "detail", request.pk)]
        assert not list(doors.held_requests(clerk))
        assert not list(doors.held_requests(home.scope))  # whoever received it cannot judge it
        assert not list(doors.approved_requests(clerk))
    actions.approve_request(head, request_id=request.pk, fencing=request.fencing)
    actions.stop_channel(home.scope, channel=Channel.DESK, reason="read_back")
    with entered(home.scope):
        assert not list(doors.held_requests(head))
        assert len(list(doors.approved_requests(clerk))) == 1
        assert not list(doors.approved_requests(head))
        assert len(list(doors.stopped_channels(head))) == 1
        assert not list(doors.stopped_channels(clerk))
