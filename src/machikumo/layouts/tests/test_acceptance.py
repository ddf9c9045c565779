"""The two signatures under a move-in's report: the officer's and, of somebody else, the section head's."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals.domain.rules import AlreadyDecided, FactsChanged
from machikumo.kernel.errors import Conflict, NotPermitted
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import acceptance
from machikumo.layouts.models import MoveIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def made(scope: Scope, **fields: Any) -> MoveIn:
    """A move-in that was reconciled."""
    with entered(scope):
        file = store_file(scope, name="住民.csv", chunks=[b"a,b\n"], purpose="move_in")
        facts: dict[str, Any] = {
            "mapping_key": f"m-{secrets.token_hex(3)}",
            "layout_key": "l",
            "layout_digest": "0" * 64,
            "mapping_digest": "0" * 64,
            "state": "reconciled",
            "rows": 1000,
            "accepted": 990,
            "quarantined": 10,
            "loaded": 990,
            "reconciliation": {"holds": True},
            "started_by": scope.person,
        }
        return MoveIn.objects.add(scope, file=file, **(facts | fields))


@pytest.fixture
def officer(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:1", permissions=frozenset({"work.enter", "layouts.move_in", "layouts.view"}))


@pytest.fixture
def head(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:2", permissions=frozenset({"work.enter", "layouts.approve", "layouts.view"}))


def test_a_move_in_is_settled_by_two_signatures_and_the_ledger_names_both(officer: Scope, head: Scope) -> None:
    one = made(officer)
    asked = acceptance.sign(officer, move_in_id=one.pk)
    with entered(officer):
        signed = acceptance.signatures(officer, one)
    assert (signed.by_officer, signed.by_head) == ("account:1", "")
    approvals.approve(head, approval_id=asked.pk)
    with entered(officer):
        signed = acceptance.signatures(officer, one)
    assert (signed.by_officer, signed.by_head) == ("account:1", "account:2")
    assert "move_in.accepted" in [event for (event,) in rows_of(officer, "event")]
    with pytest.raises(Conflict, match="確認済み"):
        acceptance.sign(officer, move_in_id=one.pk)


def test_the_officer_cannot_sign_twice_nor_for_the_head(officer: Scope, head: Scope) -> None:
    one = made(officer)
    asked = acceptance.sign(officer, move_in_id=one.pk)
    with pytest.raises(AlreadyDecided):
        acceptance.sign(officer, move_in_id=one.pk)
    with pytest.raises(NotPermitted, match="移行結果を承認する"):
        approvals.approve(officer, approval_id=asked.pk)
    with pytest.raises(NotPermitted, match="旧システムのデータを移行する"):
        acceptance.sign(head, move_in_id=made(officer).pk)


def test_what_is_not_reconciled_cannot_be_signed(officer: Scope) -> None:
    one = made(officer, state="loading")
    with pytest.raises(Conflict, match="照合が終わっていない"):
        acceptance.sign(officer, move_in_id=one.pk)


def test_a_result_that_changed_after_the_first_signature_is_refused_at_the_second(officer: Scope, head: Scope) -> None:
    one = made(officer)
    asked = acceptance.sign(officer, move_in_id=one.pk)
    with entered(officer):
        MoveIn.objects.within(officer).filter(pk=one.pk).update(reconciliation={"holds": True, "x": 1})
    with pytest.raises(FactsChanged, match="移行結果が変わりました"):
        approvals.approve(head, approval_id=asked.pk)
    assert "move_in.accepted" not in [event for (event,) in rows_of(officer, "event")]


def test_a_rejected_report_shows_why_and_may_be_signed_again(officer: Scope, head: Scope) -> None:
    one = made(officer)
    asked = acceptance.sign(officer, move_in_id=one.pk)
    approvals.reject(head, approval_id=asked.pk, note="保留の行を直してください")
    with entered(officer):
        signed = acceptance.signatures(officer, one)
        assert (signed.by_officer, signed.by_head) == ("", "")
        assert signed.asked is not None
        assert signed.asked.note == "保留の行を直してください"
        assert acceptance.sign(officer, move_in_id=one.pk).pk != asked.pk


@pytest.mark.parametrize(
    ("language", "button", "waits"), [("ja", "署名して確認を依頼する", "確認待ち"), ("en", "Sign and ask", "Waiting")]
)
def test_the_report_carries_both_signatures_in_both_languages(
    client: Client, town: Organisation, scope: Scope, signed_in: Any, language: str, button: str, waits: str
) -> None:
    one = made(scope)
    report = f"/{town.code}/work/move/{one.pk}/report/"
    signed_in(client, town, "information_officer")
    client.cookies["machikumo_language"] = language
    assert button in client.get(report).content.decode()
    client.post(f"/{town.code}/work/move/{one.pk}/sign/")
    after = client.get(report).content.decode()
    assert button not in after
    assert waits in after
    signed_in(client, town, "section_head")
    listed = client.get(f"/{town.code}/work/approvals/").content.decode()
    assert "住民.csv" in listed
    with entered(scope):
        asked = acceptance.latest(scope, one)
    assert asked is not None
    assert "1,000" in client.get(f"/{town.code}/work/approvals/{asked.pk}/").content.decode()
    client.post(f"/{town.code}/work/approvals/{asked.pk}/decide/", {"do": "approve"})
    assert waits not in client.get(report).content.decode()
