"""The freeze of changes: what it refuses, until when, and the way out by two people."""

from __future__ import annotations

import datetime as dt
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from machikumo.cutover import actions, asking
from machikumo.cutover.domain.deeds import DEEDS, USUALLY_CLOSED
from machikumo.cutover.domain.errors import CutoverError, Frozen
from machikumo.cutover.models import FreezePass, Plan
from machikumo.cutover.queries import plans
from machikumo.kernel.approvals.domain.rules import SamePerson
from machikumo.kernel.errors import Conflict, NotFound, NotPermitted
from machikumo.kernel.ledger.tests.helpers import rows_of as ledger_rows
from machikumo.kernel.numbers.actions import store_number
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions as register
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.models import PersonVersion
from machikumo.register.tests.rows import load, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

HOUR = dt.timedelta(hours=1)


def planned(scope: Scope, *, begins: dt.timedelta = -HOUR, ends: dt.timedelta = 24 * HOUR, **facts: Any) -> Plan:
    now = timezone.now()
    given: dict[str, Any] = {
        "system": "resident_record",
        "name": "本番切替",
        "freeze_starts_at": now + begins,
        "freeze_ends_at": now + ends,
        "closed": list(USUALLY_CLOSED),
    }
    return actions.make_plan(scope, **(given | facts))


@pytest.fixture
def person(officer: Scope) -> PersonVersion:
    load(officer, row())
    with entered(officer):
        return PersonVersion.objects.within(officer).get()


def correct(scope: Scope, version: PersonVersion, name: str = "藤澤　健一") -> PersonVersion:
    return register.correct(
        scope,
        person_id=version.person_id,
        expected_version_id=version.pk,
        changes={"name": name},
        ground="notification",
    )


def test_a_change_in_the_freeze_is_refused_with_the_end_and_the_way_out(
    officer: Scope, clerk: Scope, person: PersonVersion
) -> None:
    plan = planned(officer)
    with pytest.raises(Frozen) as refused:
        correct(clerk, person)
    end = plan.freeze_ends_at.astimezone(timezone.get_current_timezone())
    assert f"{end:%Y年%-m月%-d日 %H:%M}まで" in refused.value.message_ja
    assert "凍結中の緊急異動" in refused.value.message_ja
    assert "Emergency entry" in refused.value.message_en
    assert refused.value.status == 409
    with entered(officer):
        assert PersonVersion.objects.within(officer).count() == 1


def test_every_closed_write_of_the_register_asks_the_gate(officer: Scope, clerk: Scope, person: PersonVersion) -> None:
    block = register.add_block(
        clerk, person_id=person.person_id, level=BlockLevel.REFUSE, starts_on=date(2026, 4, 1), ends_on=None
    )
    planned(officer, closed=list(DEEDS))
    tries: dict[str, Callable[[], object]] = {
        "register.correct": lambda: correct(clerk, person),
        "register.confirm_household": lambda: register.confirm_household(
            clerk, household_id=person.household_id, ground="notification"
        ),
        "register.add_block": lambda: register.add_block(
            clerk, person_id=person.person_id, level=BlockLevel.REFUSE, starts_on=date(2026, 4, 1), ends_on=None
        ),
        "register.close_block": lambda: register.close_block(clerk, block_id=block.pk),
        "numbers.store": lambda: store_number(clerk, kind="individual_number", subject="x", number="1"),
    }
    for deed, attempt in tries.items():
        with pytest.raises(Frozen) as refused:
            attempt()
        assert f"「{DEEDS[deed][0]}」" in refused.value.message_ja


def test_certificates_wait_only_where_the_plan_closes_them(
    officer: Scope, clerk: Scope, person: PersonVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    from machikumo.certificates import actions as certificates
    from machikumo.certificates.domain.options import CertificateType, Options
    from machikumo.certificates.domain.orders import Order
    from machikumo.certificates.domain.requests import Channel, Handover, RequestKind

    monkeypatch.setattr("machikumo.certificates.readiness.require_ready", lambda *_: None)
    order = Order(
        certificate=CertificateType.RESIDENCE,
        kind=RequestKind.SELF,
        channel=Channel.DESK,
        handover=Handover.DESK,
        requester_name="本人",
        identity_check="card",
        ground="",
        person_ids=(person.person_id,),
        options=Options(),
    )
    plan = planned(officer)
    assert certificates.receive_request(clerk, order=order, idempotency_key="open").is_new
    with entered(officer):
        Plan.objects.within(officer).filter(pk=plan.pk).update(closed=["certificates.issue"])
    with pytest.raises(Frozen, match="証明書の作成"):
        certificates.receive_request(clerk, order=order, idempotency_key="closed")


def test_setting_a_protection_block_usually_stays_open(officer: Scope, clerk: Scope, person: PersonVersion) -> None:
    planned(officer)
    assert register.add_block(
        clerk, person_id=person.person_id, level=BlockLevel.REFUSE, starts_on=date(2026, 4, 1), ends_on=None
    ).pk


@pytest.mark.parametrize(("begins", "ends"), [(HOUR, 2 * HOUR), (-2 * HOUR, -HOUR)])
def test_before_and_after_the_freeze_everything_is_open(
    officer: Scope, clerk: Scope, person: PersonVersion, begins: dt.timedelta, ends: dt.timedelta
) -> None:
    planned(officer, begins=begins, ends=ends)
    assert correct(clerk, person).name == "藤澤　健一"


def test_a_freeze_of_another_town_closes_nothing_here(
    clerk: Scope, person: PersonVersion, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    planned(scope_of(other_town))
    assert correct(clerk, person).history_branch == 1


def test_a_lifted_freeze_is_over_and_the_ledger_says_by_whom(
    officer: Scope, clerk: Scope, person: PersonVersion
) -> None:
    plan = planned(officer)
    with pytest.raises(CutoverError, match="理由"):
        actions.lift_freeze(officer, plan_id=plan.pk, reason=" ")
    actions.lift_freeze(officer, plan_id=plan.pk, reason="切替を延期した")
    assert correct(clerk, person).name == "藤澤　健一"
    assert ("freeze.lifted", "account:1") in ledger_rows(officer, "event, actor")
    with pytest.raises(Conflict, match="すでに終わっています"):
        actions.lift_freeze(officer, plan_id=plan.pk, reason="もう一度")


def test_an_emergency_needs_two_people_and_is_good_for_one_deed_once(
    officer: Scope, head: Scope, clerk: Scope, person: PersonVersion
) -> None:
    from machikumo.kernel.approvals.actions import approve

    plan = planned(officer)
    asked = asking.ask_for_pass(
        clerk, plan_id=plan.pk, deed="register.correct", ground="notification", reason="出国のため本日中に必要"
    )
    with pytest.raises(Frozen):
        correct(clerk, person)
    with pytest.raises(SamePerson):
        approve(clerk, approval_id=asked.pk)
    approve(head, approval_id=asked.pk)
    with pytest.raises(Frozen):
        correct(head, person)  # the pass is the clerk's
    after = correct(clerk, person)
    with pytest.raises(Frozen):
        correct(clerk, after, "もう　一度")
    with entered(officer):
        one = FreezePass.objects.within(officer).get()
    assert (one.person, one.approved_by, one.ground) == ("account:3", "account:2", "notification")
    assert one.used_at is not None
    rows = [json.loads(canonical) for (canonical,) in ledger_rows(officer)]
    told = {(entry["event"], entry["actor"], entry.get("ground", "")) for entry in rows}
    assert {
        ("freeze.pass_given", "account:2", "notification"),
        ("freeze.passed", "account:3", "notification"),
    } <= told


def test_a_pass_that_was_not_used_in_time_is_worth_nothing(
    officer: Scope, head: Scope, clerk: Scope, person: PersonVersion
) -> None:
    from machikumo.kernel.approvals.actions import approve

    plan = planned(officer)
    asked = asking.ask_for_pass(clerk, plan_id=plan.pk, deed="register.correct", ground="notification", reason="急ぎ")
    approve(head, approval_id=asked.pk)
    with entered(officer):
        FreezePass.objects.within(officer).update(valid_until=timezone.now() - HOUR)
    with pytest.raises(Frozen):
        correct(clerk, person)


def test_a_deed_that_failed_leaves_the_pass(officer: Scope, head: Scope, clerk: Scope, person: PersonVersion) -> None:
    from machikumo.kernel.approvals.actions import approve

    plan = planned(officer)
    asked = asking.ask_for_pass(clerk, plan_id=plan.pk, deed="register.correct", ground="notification", reason="急ぎ")
    approve(head, approval_id=asked.pk)
    with pytest.raises(Conflict, match="ほかの職員"):
        register.correct(
            clerk, person_id=person.person_id, expected_version_id=0, changes={"name": "誤"}, ground="notification"
        )
    assert correct(clerk, person).name == "藤澤　健一"


def test_what_need_not_be_asked_for_is_refused(officer: Scope, clerk: Scope) -> None:
    plan = planned(officer)
    with pytest.raises(CutoverError, match="理由"):
        asking.ask_for_pass(clerk, plan_id=plan.pk, deed="register.correct", ground="notification", reason="")
    with pytest.raises(CutoverError, match="止めている操作"):
        asking.ask_for_pass(clerk, plan_id=plan.pk, deed="certificates.issue", ground="notification", reason="急ぎ")
    later = planned(officer, begins=HOUR)
    with pytest.raises(Conflict, match="凍結していません"):
        asking.ask_for_pass(clerk, plan_id=later.pk, deed="register.correct", ground="notification", reason="急ぎ")


def test_a_freeze_that_makes_no_sense_is_refused(officer: Scope) -> None:
    with pytest.raises(CutoverError, match="後にしてください"):
        planned(officer, begins=HOUR, ends=HOUR)
    with pytest.raises(CutoverError, match="31日以内"):
        planned(officer, ends=40 * 24 * HOUR)
    with pytest.raises(CutoverError, match=r"register\.nothing"):
        planned(officer, closed=["register.nothing"])
    with pytest.raises(NotFound):
        planned(officer, system="nothing")


def test_only_who_may_move_in_plans(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    reader = scope_of(town, permissions=frozenset({"work.enter", "layouts.view"}))
    with pytest.raises(NotPermitted):
        planned(reader)
    with entered(reader):
        assert not plans.plans(reader).exists()
