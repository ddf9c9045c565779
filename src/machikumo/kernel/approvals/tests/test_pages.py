"""The pages of approvals: lists, one request, the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.approvals import actions
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation

approval_kinds.register("test.page", ApprovalKind("試験の承認", "Test approval"))
approval_kinds.register(
    "test.described",
    ApprovalKind(
        "説明つき", "Described", describe=lambda _scope, payload: [("金額（円）", "Yen", f"{payload['yen']:,}")]
    ),
)


@pytest.fixture
def two(client: Client, town: Organisation, signed_in: Any, scope_of: Any) -> tuple[Client, Client, Any]:
    """The browsers of somebody who asks (clerk) and of a head who decides, and a request of the clerk."""
    head = type(client)()
    clerk = signed_in(client, town, "desk_clerk")
    signed_in(head, town, "section_head")
    scope = scope_of(town, person=clerk.person)
    row = actions.request(
        scope, kind="test.page", subject="x:1", payload={"金額": 1200}, title_ja="取消しの依頼", title_en="Cancel"
    )
    return client, head, row


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_head_finds_the_request_on_the_home_page_and_approves_it(two: Any, town: Organisation) -> None:
    _clerk, head, row = two
    assert "承認: 取消しの依頼" in text(head.get(f"/{town.code}/work/"))
    address = f"/{town.code}/work/approvals/{row.pk}/"
    page = text(head.get(address))
    assert "1200" in page
    assert row.digest in page
    assert head.post(address + "decide/", {"do": "approve", "note": "確認"})["Location"] == address
    after = text(head.get(address))
    assert "承認しました" in after
    assert "承認済み" in after
    assert "取消しの依頼" in text(head.get(f"/{town.code}/work/approvals/?list=decided"))


def test_who_asked_sees_the_request_and_may_only_withdraw_it(two: Any, town: Organisation) -> None:
    clerk, _head, row = two
    address = f"/{town.code}/work/approvals/{row.pk}/"
    page = text(clerk.get(address))
    assert "自分では承認できません" in page
    assert "承認する" not in page
    assert "ありません" in text(clerk.get(f"/{town.code}/work/approvals/"))
    assert "取消しの依頼" in text(clerk.get(f"/{town.code}/work/approvals/?list=mine"))
    clerk.post(address + "decide/", {"do": "approve"})
    assert "承認待ち" in text(clerk.get(address))
    clerk.post(address + "decide/", {"do": "withdraw"})
    assert "取下げ" in text(clerk.get(address))


def test_who_comes_second_is_told_that_it_was_decided(two: Any, town: Organisation) -> None:
    _clerk, head, row = two
    address = f"/{town.code}/work/approvals/{row.pk}/"
    head.post(address + "decide/", {"do": "reject", "note": "書類が足りません"})
    head.post(address + "decide/", {"do": "approve"})
    page = text(head.get(address))
    assert "この依頼はすでに「差戻し」です" in page
    assert "書類が足りません" in page


def test_a_colleague_who_neither_asked_nor_decides_does_not_find_it(
    two: Any, town: Organisation, signed_in: Any
) -> None:
    _clerk, _head, row = two
    colleague = type(_head)()
    signed_in(colleague, town, "desk_clerk")
    assert colleague.get(f"/{town.code}/work/approvals/{row.pk}/").status_code == 404


def test_another_town_does_not_find_it(two: Any, other_town: Organisation, signed_in: Any) -> None:
    _clerk, _head, row = two
    stranger = type(_head)()
    signed_in(stranger, other_town, "section_head")
    address = f"/{other_town.code}/work/approvals/{row.pk}/"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address + "decide/", {"do": "approve"}).status_code == 404


def test_a_request_of_a_room_that_is_not_installed_shows_its_key(
    two: Any, town: Organisation, monkeypatch: Any
) -> None:
    clerk, _head, row = two
    monkeypatch.setattr(approval_kinds, "_items", {})
    assert "test.page" in text(clerk.get(f"/{town.code}/work/approvals/{row.pk}/"))


def test_the_approver_reads_names_and_what_the_kind_says_of_the_facts(
    two: Any, town: Organisation, make_staff: Any, scope_of: Any
) -> None:
    _clerk, head, _row = two
    asker = make_staff(town, "desk_clerk", name="依頼　した子")
    row = actions.request(
        scope_of(town, person=f"account:{asker.account_id}"),
        kind="test.described",
        subject="x:2",
        payload={"yen": 1200000},
        title_ja="支出",
    )
    page = text(head.get(f"/{town.code}/work/approvals/{row.pk}/"))
    assert "依頼　した子" in page
    assert "金額（円）" in page
    assert "1,200,000" in page
    head.cookies["machikumo_language"] = "en"
    assert "Yen" in text(head.get(f"/{town.code}/work/approvals/{row.pk}/"))
