"""What people's actions refuse, how transfers hand work over, and the demonstration's people."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.registries import navigation, tasks
from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations import demo, queries
from machikumo.organisations.actions import people, reviews, transfers
from machikumo.organisations.domain.errors import IncompatibleRoles, OrganisationsError, PeriodError
from machikumo.organisations.domain.reviews import ReviewRefused
from machikumo.organisations.domain.transfer_file import HEADER
from machikumo.organisations.doors import fellows
from machikumo.organisations.models import Account, Appointment

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

DAY = dt.date(2026, 4, 1)


def held(scope: Scope, account_id: int | None, day: dt.date) -> list[str]:
    with entered(scope):
        return queries.roles_held(scope, account_id or 0, day)


def upload(scope: Scope, *rows: str) -> Any:
    data = "\r\n".join([",".join(HEADER), *rows]).encode()
    return transfers.upload(scope, file_name="異動.csv", data=data)


def test_a_person_comes_with_an_account_and_a_door(scope: Scope, town: Organisation) -> None:
    name = f"u{secrets.token_hex(4)}"
    staff = people.add_staff(scope, employee_number="1", name="山田　花子", username=name)
    account = Account.objects.get(username=name)
    assert staff.account_id == account.pk
    assert queries.workplaces_of(account) == [town]
    with pytest.raises(OrganisationsError, match="すでに登録"):
        people.add_staff(scope, employee_number="1", name="別人")


def test_one_account_may_work_in_two_organisations(scope: Scope, other_town: Organisation, scope_of: Any) -> None:
    name = f"u{secrets.token_hex(4)}"
    people.add_staff(scope, employee_number="1", name="技術　直樹", username=name)
    people.add_staff(scope_of(other_town), employee_number="7", name="技術　直樹", username=name)
    assert len(queries.workplaces_of(Account.objects.get(username=name))) == 2


def test_a_first_password_is_given_by_another_and_not_where_others_rely_on_it(
    scope: Scope, other_town: Organisation, scope_of: Any
) -> None:
    name = f"u{secrets.token_hex(4)}"
    staff = people.add_staff(scope, employee_number="1", name="山田", username=name)
    account = people.set_first_password(scope, staff_id=staff.pk, password="a-long-first-password")
    assert account.check_password("a-long-first-password")
    people.add_staff(scope_of(other_town), employee_number="7", name="山田", username=name)
    with pytest.raises(OrganisationsError, match="設定できません"):
        people.set_first_password(scope, staff_id=staff.pk, password="another-long-password")
    nobody = people.add_staff(scope, employee_number="2", name="鈴木")
    with pytest.raises(OrganisationsError, match="設定できません"):
        people.set_first_password(scope, staff_id=nobody.pk, password="another-long-password")


def test_who_left_holds_no_role_any_more(scope: Scope, town: Organisation, make_staff: Any) -> None:
    staff = make_staff(town, "desk_clerk")
    people.change_staff(scope, staff_id=staff.pk, name=staff.name, kana="", section_id=None, is_active=False)
    assert held(scope, staff.account_id, DAY) == []


def test_two_who_appoint_one_person_at_once_cannot_make_an_incompatible_pair(
    town: Organisation, make_staff: Any, scope_of: Any
) -> None:
    staff = make_staff(town)
    start = threading.Barrier(2)
    refused: list[str] = []

    def appoint(role: str) -> None:
        start.wait()
        try:
            people.appoint(scope_of(town, person=f"command:{role}"), staff_id=staff.pk, role=role, starts_on=DAY)
        except IncompatibleRoles:
            refused.append(role)
        finally:
            connection.close()

    threads = [threading.Thread(target=appoint, args=[role]) for role in ("cio", "ciso")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(held(scope_of(town), staff.account_id, DAY)) == 1


def test_a_stand_in_lies_within_what_it_covers_and_is_somebody_else(
    scope: Scope, town: Organisation, make_staff: Any
) -> None:
    head, other = make_staff(town), make_staff(town)
    row = people.appoint(scope, staff_id=head.pk, role="section_head", starts_on=DAY, ends_on=dt.date(2027, 3, 31))
    facts = {"appointment_id": row.pk, "starts_on": DAY, "ends_on": dt.date(2026, 4, 30)}
    made = people.stand_in(scope, staff_id=other.pk, **facts)
    assert (made.role, made.stand_in_for_id) == ("section_head", row.pk)
    with pytest.raises(OrganisationsError, match="自分の代理"):
        people.stand_in(scope, staff_id=head.pk, **facts)
    with pytest.raises(PeriodError):
        people.stand_in(scope, staff_id=other.pk, **(facts | {"ends_on": dt.date(2027, 4, 1)}))


def test_the_database_refuses_an_appointment_of_another_towns_person(
    scope: Scope, other_town: Organisation, make_staff: Any
) -> None:
    stranger = make_staff(other_town)
    with pytest.raises(NotFound):
        people.appoint(scope, staff_id=stranger.pk, role="cio", starts_on=DAY)
    with pytest.raises(Exception, match="tenant_fk"), entered(scope):
        Appointment.objects.add(scope, staff_member_id=stranger.pk, role="cio", starts_on=DAY)


def test_managing_people_needs_the_permission(town: Organisation, scope_of: Any) -> None:
    clerk = scope_of(town, permissions=frozenset({"work.enter"}))
    with pytest.raises(Forbidden, match="職員と役割を管理する"):
        people.add_staff(clerk, employee_number="1", name="x")


def test_roles_change_on_the_day_ahead_and_not_before(scope: Scope, town: Organisation, make_staff: Any) -> None:
    staff = make_staff(town, "desk_clerk", employee_number="1001")
    people.add_section(scope, code="210", name="情報政策課")
    batch = upload(scope, "1001,,,異動,オープンデータ担当,210,2030-04-01,,,")
    transfers.apply(scope, batch_id=batch.pk)
    assert held(scope, staff.account_id, dt.date(2030, 3, 31)) == ["desk_clerk"]
    assert held(scope, staff.account_id, dt.date(2030, 4, 1)) == ["open_data_clerk"]
    with entered(scope):
        assert queries.staff_member(scope, staff.pk).section is not None


def test_a_stand_in_and_a_second_role_come_from_the_file(scope: Scope, town: Organisation, make_staff: Any) -> None:
    clerk = make_staff(town, "desk_clerk", employee_number="1001")
    make_staff(town, "section_head", employee_number="1002")
    batch = upload(
        scope,
        "1001,,,代理,課長,,2026-04-01,2026-04-30,1002,休暇",
        "1001,,,兼務,linkage_reviewer,,2026-05-01,,,",
        "1002,,,解除,課長,,2026-06-01,,,",
    )
    transfers.apply(scope, batch_id=batch.pk)
    assert held(scope, clerk.account_id, dt.date(2026, 4, 15)) == ["desk_clerk", "section_head"]
    assert held(scope, clerk.account_id, dt.date(2026, 5, 1)) == ["desk_clerk", "linkage_reviewer"]
    with entered(scope):
        covered = Appointment.objects.within(scope).get(stand_in_for__isnull=False).stand_in_for
        assert covered is not None
        assert covered.ends_on == dt.date(2026, 5, 31)


def test_what_changed_since_the_preview_is_checked_again_and_nothing_is_half_done(
    scope: Scope, town: Organisation, make_staff: Any
) -> None:
    first = make_staff(town, "desk_clerk", employee_number="1001")
    second = make_staff(town, employee_number="1002")
    batch = upload(scope, "1001,,,異動,オープンデータ担当,,2026-04-01,,,", "1002,,,兼務,ciso,,2026-04-01,,,")
    assert batch.problem_count == 0
    people.appoint(scope, staff_id=second.pk, role="cio", starts_on=DAY)
    with pytest.raises(transfers.TransferRefused):
        transfers.apply(scope, batch_id=batch.pk)
    assert held(scope, first.account_id, DAY) == ["desk_clerk"]


def test_a_file_is_applied_once(scope: Scope, town: Organisation, make_staff: Any) -> None:
    make_staff(town, "desk_clerk", employee_number="1001")
    batch = upload(scope, "1001,,,退職,,,2026-03-31,,,")
    transfers.apply(scope, batch_id=batch.pk)
    with pytest.raises(Conflict, match="反映済み"):
        transfers.apply(scope, batch_id=batch.pk)
    with pytest.raises(NotFound):
        transfers.withdraw(scope, batch_id=0)


def test_open_work_goes_to_the_successor_on_the_day_and_once(
    scope: Scope, town: Organisation, make_staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = make_staff(town, "desk_clerk", employee_number="1001")
    successor = make_staff(town, "desk_clerk", employee_number="1002")
    moved: list[tuple[str, str]] = []

    class Source:
        def __call__(self, _scope: Scope) -> list[Any]:
            return []

        def hand_over(self, _scope: Scope, old: str, new: str) -> int:
            moved.append((old, new))
            return 2

    monkeypatch.setattr(tasks, "_items", {"test": Source()})
    day = timezone.localdate() + dt.timedelta(days=10)
    batch = upload(scope, f"1001,,,退職,,,{day.isoformat()},,1002,定年")
    transfers.apply(scope, batch_id=batch.pk)
    assert moved == []
    with time_machine.travel(timezone.now() + dt.timedelta(days=11), tick=False):
        assert transfers.hand_over_due(scope) == transfers.HandedOver(people=1, things=2)
        assert transfers.hand_over_due(scope) == transfers.HandedOver(people=0, things=0)
    assert moved == [(f"account:{leaving.account_id}", f"account:{successor.account_id}")]


def test_nothing_is_said_to_be_handed_over_where_no_work_hangs_on_a_person(
    scope: Scope, town: Organisation, make_staff: Any
) -> None:
    leaving = make_staff(town, "desk_clerk", employee_number="1001")
    make_staff(town, "desk_clerk", employee_number="1002")
    assert [key for key, source in tasks.items() if hasattr(source, "hand_over")] == []
    batch = upload(scope, f"1001,,,退職,,,{timezone.localdate().isoformat()},,1002,定年")
    transfers.apply(scope, batch_id=batch.pk)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
        transfers.hand_over_due(scope)
    events = [row.event for row in ledger.access_record_of(scope, f"account:{leaving.account_id}")]
    assert "work.none_to_hand_over" in events
    assert "work.handed_over" not in events


def test_a_review_of_another_organisation_or_signed_twice_is_refused(
    scope: Scope, town: Organisation, other_town: Organisation, make_staff: Any, scope_of: Any
) -> None:
    section = people.add_section(scope, code="1", name="課")
    staff = make_staff(town)
    people.appoint(
        scope, staff_id=staff.pk, role="desk_clerk", starts_on=DAY - dt.timedelta(days=400), section_id=section.pk
    )
    assert reviews.open_reviews(scope) == 1
    ciso = scope_of(town, role="ciso", person="account:0")
    with entered(ciso):
        found = queries.reviews(ciso).get()
        line = queries.review_lines(ciso, found).get()
    with pytest.raises(NotFound):
        reviews.sign(scope_of(other_town, role="ciso"), review_id=found.pk)
    with pytest.raises(ReviewRefused, match="未確認"):
        reviews.sign(ciso, review_id=found.pk)
    reviews.answer(ciso, review_id=found.pk, decisions={line.pk: "keep", 0: "end"})
    reviews.sign(ciso, review_id=found.pk)
    with pytest.raises(ReviewRefused, match="署名済み"):
        reviews.sign(ciso, review_id=found.pk)


@pytest.mark.usefixtures("only_training")
def test_the_demonstration_makes_its_people_once_and_each_starts_where_the_role_works() -> None:
    count = demo.make_demo()
    assert demo.make_demo() == count
    shown = demo.people_to_show()
    assert len(shown) == count
    ways = {person.username: demo.way_of(Account.objects.get(username=person.username)) for person in shown}
    assert ways["demo-desk-clerk"] == "/182079/work/"
    assert ways["demo-prefecture-officer"] == "/180009/work/"
    assert ways["demo-resident"] == "/182079/"
    assert not Account.objects.get(username="demo-desk-clerk").has_usable_password()
    scope = demo.command_scope(queries.organisation("machikumo-group"))
    with entered(scope):
        members = queries.members_on(scope, DAY)
    assert [town.code for town in members] == ["121002", "182079", "222127", "403491"]
    assert queries.organisation("182079").name_en == "Sabae City"
    assert queries.organisation("403491").name_en == "Kasuya Town"
    assert fellows(queries.organisation("182079")) == ["121002", "222127", "403491"]


def test_no_demonstration_where_an_organisation_is_live(make_organisation: Any, forget_live: Any) -> None:
    forget_live(make_organisation(mode="live"))
    with pytest.raises(OrganisationsError, match="試用のアカウントを作れません"):
        demo.make_demo()


def test_every_navigation_entry_of_the_room_names_a_known_permission() -> None:
    from machikumo.organisations.catalogue import catalogue

    entries = [entry for key, entry in navigation.items() if key.startswith("work.")]
    assert entries
    assert {entry.permission for entry in entries} - set(catalogue().permissions) <= {""}
