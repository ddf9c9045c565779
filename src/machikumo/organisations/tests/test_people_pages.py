"""The pages of people, roles, personnel changes, reviews and the group."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import visitor_scope
from machikumo.organisations import queries
from machikumo.organisations.models import Appointment, Section
from machikumo.organisations.registration import command_scope, make_group

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Any) -> Client:
    """A browser in which the town's information officer is signed in."""
    signed_in(client, town, "information_officer")
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def day(prefix: str, when: dt.date) -> dict[str, str]:
    """A date as the era widget posts it."""
    parts = {"era": "西暦", "year": when.year, "month": when.month, "day": when.day}
    return {f"{prefix}_{part}": str(value) for part, value in parts.items()}


def test_the_list_finds_people_by_name_kana_and_number(officer: Client, town: Organisation, make_staff: Any) -> None:
    make_staff(town, "desk_clerk", name="山田　花子", kana="ヤマダ　ハナコ", employee_number="A-17")
    for words in ("山田", "ハナコ", "A-17"):
        page = text(officer.get(f"/{town.code}/work/people/", {"q": words}))
        assert "山田　花子" in page
        assert "窓口担当" in page
    assert "該当する職員がいません" in text(officer.get(f"/{town.code}/work/people/", {"q": "鈴木"}))


def test_a_new_person_is_added_and_leads_to_the_appointment(officer: Client, town: Organisation) -> None:
    name = f"u{secrets.token_hex(4)}"
    facts = {
        "employee_number": "9001",
        "name": "新人　ひかり",
        "kana": "シンジン　ヒカリ",
        "section": "",
        "username": name,
    }
    response = officer.post(f"/{town.code}/work/people/add/", facts)
    assert response.status_code == 302
    assert "役割がありません" in text(officer.get(response["Location"]))
    again = text(officer.post(f"/{town.code}/work/people/add/", facts))
    assert "すでに登録されています" in again


def test_appointing_on_the_page_gives_the_role_and_pairs_are_refused(
    officer: Client, town: Organisation, make_staff: Any
) -> None:
    staff = make_staff(town, "cio")
    address = f"/{town.code}/work/people/{staff.pk}/"
    facts = {"section": "", "reason": ""} | day("starts_on", dt.date(2026, 4, 1)) | day("ends_on", dt.date(2027, 3, 31))
    refused = text(officer.post(address, {"role": "ciso"} | facts))
    assert "同じ人が兼ねられません" in refused
    assert officer.post(address, {"role": "open_data_clerk"} | facts)["Location"] == address
    assert "オープンデータ担当" in text(officer.get(address))


def test_nobody_appoints_themselves(client: Client, town: Organisation, signed_in: Any) -> None:
    account = signed_in(client, town, "information_officer")
    with entered(visitor_scope(town)) as scope:
        staff = queries.staff_member_of_account(scope, account.pk)
    assert staff is not None
    facts = {"role": "cio", "section": "", "reason": ""} | day("starts_on", dt.date(2026, 4, 1))
    page = text(client.post(f"/{town.code}/work/people/{staff.pk}/", facts))
    assert "自分自身の役割" in page


def test_a_role_ends_on_its_last_day_and_a_stand_in_covers_it(
    officer: Client, town: Organisation, make_staff: Any
) -> None:
    staff, other = make_staff(town, "desk_clerk"), make_staff(town)
    with entered(visitor_scope(town)) as scope:
        row = queries.appointments_of(scope, staff).get()
    base = f"/{town.code}/work/people/appointments/{row.pk}/"
    today = timezone.localdate()
    facts = {"staff": str(other.pk), "reason": "休暇"} | day("starts_on", today) | day("ends_on", today)
    assert officer.get(base + "stand-in/").status_code == 200
    assert officer.post(base + "stand-in/", facts).status_code == 302
    assert officer.get(base + "end/").status_code == 200
    assert officer.post(base + "end/", {"reason": "異動"} | day("ends_on", today)).status_code == 302
    assert "任用期間" in text(officer.post(base + "end/", {"reason": ""} | day("ends_on", dt.date(2019, 1, 1))))
    with entered(visitor_scope(town)) as scope:
        assert queries.roles_held(scope, other.account_id, today) == ["desk_clerk"]
        assert queries.appointment(scope, row.pk).ends_on == today


def test_a_permission_taken_away_on_the_page_closes_the_page_it_opens(
    officer: Client, town: Organisation, client: Client
) -> None:
    change = {"role": "information_officer", "permission": "organisations.manage_people", "reason": "試験"}
    assert officer.post(f"/{town.code}/work/people/narrow/", change).status_code == 302
    assert client.get(f"/{town.code}/work/people/add/").status_code == 403
    assert "外しています" in text(officer.get(f"/{town.code}/work/people/roles/information_officer/"))
    assert "役割と権限" in text(officer.get(f"/{town.code}/work/people/roles/"))
    assert officer.get(f"/{town.code}/work/people/roles/ministry_officer/").status_code == 400
    officer.post(f"/{town.code}/work/people/narrow/", change | {"do": "restore"})
    assert client.get(f"/{town.code}/work/people/add/").status_code == 200


def test_a_permission_that_the_role_does_not_carry_cannot_be_taken_away(officer: Client, town: Organisation) -> None:
    response = officer.post(f"/{town.code}/work/people/narrow/", {"role": "field_worker", "permission": "number.open"})
    assert response.status_code == 400


def test_sections_are_added_and_renamed(officer: Client, town: Organisation) -> None:
    address = f"/{town.code}/work/people/sections/"
    assert "所属がありません" in text(officer.get(address))
    officer.post(address, {"code": "110", "name": "市民課", "name_en": "Residents"})
    officer.post(address, {"code": "110", "name": "市民窓口課", "name_en": "Residents"})
    page = text(officer.get(address))
    assert "市民窓口課" in page
    assert "市民課<" not in page


def upload(client: Client, town: Organisation, body: str, charset: str = "utf-8") -> Any:
    header = "職員番号,氏名,カナ,異動区分,役割,所属コード,発令日,終了日,相手の職員番号,備考\r\n"
    file = SimpleUploadedFile("異動.csv", (header + body).encode(charset), content_type="text/csv")
    return client.post(f"/{town.code}/work/people/transfers/", {"file": file})


@pytest.mark.parametrize("charset", ["utf-8", "cp932"])
def test_a_file_is_previewed_and_applied_whole(
    officer: Client, town: Organisation, make_staff: Any, charset: str
) -> None:
    staff = make_staff(town, "desk_clerk", employee_number="1001")
    today = timezone.localdate()
    rows = ("1001,,,異動,オープンデータ担当,,{day},,,\r\n", "2001,新人　ひかり,,採用,窓口担当,,{day},,,\r\n")
    body = "".join(rows).format(day=today.isoformat())
    response = upload(officer, town, body, charset)
    address = response["Location"]
    page = text(officer.get(address))
    assert "2行を反映する" in page
    assert "人事異動「異動.csv」を確認して反映する" in text(officer.get(f"/{town.code}/work/"))
    with entered(visitor_scope(town)) as scope:
        assert queries.roles_held(scope, staff.account_id, today) == ["desk_clerk"]
    assert officer.post(address + "apply/").status_code == 302
    assert "反映済み" in text(officer.get(address))
    with entered(visitor_scope(town)) as scope:
        assert queries.roles_held(scope, staff.account_id, today) == ["open_data_clerk"]
        assert queries.people_of(scope, words="2001").get().name == "新人　ひかり"


def test_a_file_with_a_problem_says_where_and_changes_nothing(
    officer: Client, town: Organisation, make_staff: Any
) -> None:
    make_staff(town, "cio", employee_number="1001")
    body = "1001,,,兼務,最高情報セキュリティ責任者 (CISO),,2026-04-01,,,\r\n7777,,,異動,窓口担当,999,2026-13-01,,,\r\n"
    address = upload(officer, town, body)["Location"]
    page = text(officer.get(address))
    assert "2行に問題があります" in page
    assert "同じ人が兼ねられません" in page
    assert "日付として読めません" in page
    assert "行を反映する" not in page
    officer.post(address + "apply/")
    assert "まだ直していない行があります" in text(officer.get(address))
    officer.post(address + "apply/", {"do": "withdraw"})
    assert "取りやめ" in text(officer.get(address))


def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(officer: Client, town: Organisation) -> None:
    file = SimpleUploadedFile("x.csv", b"a,b\r\n1,2\r\n")
    page = text(officer.post(f"/{town.code}/work/people/transfers/", {"file": file}))
    assert "見出し行が違います" in page
    with entered(visitor_scope(town)) as scope:
        assert not queries.transfer_batches(scope).exists()


def test_the_sample_file_can_be_uploaded_as_it_is(officer: Client, town: Organisation) -> None:
    sample = officer.get(f"/{town.code}/work/people/transfers/sample.csv").content
    file = SimpleUploadedFile("sample.csv", sample)
    address = officer.post(f"/{town.code}/work/people/transfers/", {"file": file})["Location"]
    assert "この番号の職員はいません" in text(officer.get(address))


def test_handing_over_can_be_asked_for_on_the_page(officer: Client, town: Organisation) -> None:
    response = officer.post(f"/{town.code}/work/people/transfers/hand-over/")
    assert response["Location"] == f"/{town.code}/work/people/transfers/"
    assert "発令日が来た0人を確かめ" in text(officer.get(response["Location"]))


def test_another_towns_people_are_not_found(
    officer: Client, town: Organisation, other_town: Organisation, make_staff: Any
) -> None:
    stranger = make_staff(other_town, "desk_clerk")
    assert officer.get(f"/{town.code}/work/people/{stranger.pk}/").status_code == 404
    assert officer.get(f"/{other_town.code}/work/people/{stranger.pk}/").status_code == 404


def test_the_head_reviews_and_signs_and_ended_roles_end(
    officer: Client, town: Organisation, make_staff: Any, signed_in: Any
) -> None:
    clerk = make_staff(town)
    head = make_staff(town)
    with entered(visitor_scope(town)) as scope:
        section = Section.objects.add(scope, code="110", name="市民課")
        for staff, role in ((clerk, "desk_clerk"), (clerk, "linkage_reviewer"), (head, "section_head")):
            Appointment.objects.add(scope, staff_member=staff, role=role, section=section, starts_on="2020-04-01")
    officer.post(f"/{town.code}/work/people/reviews/")
    browser = type(officer)()
    signed_in(browser, town, account=head.account)
    home = text(browser.get(f"/{town.code}/work/"))
    assert "市民課の権限の年次点検に署名する" in home
    with entered(visitor_scope(town)) as scope:
        found = queries.reviews(scope).get()
        lines = {line.appointment.role: line.pk for line in queries.review_lines(scope, found)}
    address = f"/{town.code}/work/people/reviews/{found.pk}/"
    assert "ほかの確認者が判断" in text(browser.get(address))
    answers = {f"line-{lines['desk_clerk']}": "keep", f"line-{lines['linkage_reviewer']}": "end"}
    browser.post(address, answers | {"do": "sign"})
    assert "まだ1件が未確認です" in text(browser.get(address))
    browser.post(address, {f"line-{lines['section_head']}": "keep"})
    assert "自分の役割は自分で確認できません" in text(browser.get(address))
    ciso = type(officer)()
    signed_in(ciso, town, "ciso")
    ciso.post(address, {f"line-{lines['section_head']}": "keep", "do": "save"})
    browser.post(address, {"do": "sign"})
    assert "署名済みです" in text(browser.get(address))
    with entered(visitor_scope(town)) as scope:
        signed = queries.review(scope, found.pk)
        assert signed.signed_by == head.account.person
        assert len(signed.digest) == 64
        assert queries.roles_held(scope, clerk.account_id, timezone.localdate() + dt.timedelta(days=1)) == [
            "desk_clerk"
        ]
    browser.post(address, {f"line-{lines['desk_clerk']}": "end", "do": "save"})
    assert "署名済みで、変更できません" in text(browser.get(address))


def test_the_head_of_another_section_cannot_answer(
    officer: Client, town: Organisation, make_staff: Any, signed_in: Any
) -> None:
    clerk = make_staff(town)
    with entered(visitor_scope(town)) as scope:
        section = Section.objects.add(scope, code="110", name="市民課")
        Appointment.objects.add(scope, staff_member=clerk, role="desk_clerk", section=section, starts_on="2020-04-01")
    officer.post(f"/{town.code}/work/people/reviews/")
    officer.post(f"/{town.code}/work/people/reviews/")
    with entered(visitor_scope(town)) as scope:
        found = queries.reviews(scope).get()
    stranger = type(officer)()
    signed_in(stranger, town, "section_head")
    address = f"/{town.code}/work/people/reviews/{found.pk}/"
    stranger.post(address, {"do": "sign"})
    assert "この課の点検は" in text(stranger.get(address))


def test_a_municipality_joins_and_leaves_on_the_groups_page(
    client: Client, town: Organisation, signed_in: Any, make_organisation: Any
) -> None:
    group = make_group(code=f"g-{secrets.token_hex(4)}", name="試験グループ")
    member = make_organisation(code=f"{secrets.randbelow(10**6):06d}")
    signed_in(client, group, "group_secretariat")
    address = f"/{group.code}/work/people/group/"
    assert "構成団体がありません" in text(client.get(address))
    wrong = text(client.post(address, {"member": "000000", "reason": ""} | day("joined_on", dt.date(2026, 4, 1))))
    assert "登録されていません" in wrong
    client.post(address, {"member": member.code, "reason": ""} | day("joined_on", dt.date(2026, 4, 1)))
    assert member.code in text(client.get(address))
    leave = f"{address}{member.code}/leave/"
    assert client.get(leave).status_code == 200
    assert "参加日より前" in text(client.post(leave, {"reason": ""} | day("ends_on", dt.date(2026, 3, 1))))
    assert client.post(leave, {"reason": "脱退"} | day("ends_on", dt.date(2027, 3, 31)))["Location"] == address
    with entered(command_scope(group)) as scope:
        assert queries.memberships(scope).get().left_on == dt.date(2027, 3, 31)
    signed_in(client, town, "information_officer")
    assert client.get(f"/{town.code}/work/people/group/").status_code == 403


def test_a_file_that_is_too_large_is_refused_before_it_is_read(officer: Client, town: Organisation) -> None:
    file = SimpleUploadedFile("x.csv", b"a" * 2_000_001)
    page = text(officer.post(f"/{town.code}/work/people/transfers/", {"file": file}))
    assert "2MBを超えています" in page


@pytest.mark.parametrize(
    "address", ["0/", "appointments/0/end/", "appointments/0/stand-in/", "transfers/0/", "roles/nothing/", "reviews/0/"]
)
def test_what_is_not_there_is_not_found_or_refused(officer: Client, town: Organisation, address: str) -> None:
    assert officer.get(f"/{town.code}/work/people/{address}").status_code in {400, 403, 404}


def test_who_left_is_shown_as_such_and_a_past_role_cannot_be_ended_again(
    officer: Client, town: Organisation, make_staff: Any
) -> None:
    staff = make_staff(town, name="退職　した人")
    with entered(visitor_scope(town)) as scope:
        Appointment.objects.add(
            scope, staff_member=staff, role="desk_clerk", starts_on="2020-04-01", ends_on="2021-03-31"
        )
        Appointment.objects.add(scope, staff_member=staff, role="auditor", starts_on="2099-04-01")
        type(staff).objects.within(scope).filter(pk=staff.pk).update(is_active=False)
    assert "退職</span>" in text(officer.get(f"/{town.code}/work/people/", {"q": "退職"})).replace("\n", "")
    page = text(officer.get(f"/{town.code}/work/people/{staff.pk}/"))
    assert page.count("/end/") == 1
    assert "予定" in page


@pytest.mark.parametrize(
    ("language", "act", "role"),
    [("ja", "職員と役割を見る", "課長"), ("en", "View people and roles", "Section head")],
)
def test_a_refused_page_says_what_who_may_and_whom_to_ask(
    client: Client, town: Organisation, signed_in: Any, language: str, act: str, role: str
) -> None:
    signed_in(client, town, "desk_clerk")
    client.cookies["machikumo_language"] = language
    answer = client.get(f"/{town.code}/work/people/")
    words = answer.content.decode()
    assert answer.status_code == 403
    assert act in words
    assert role in words
    assert ("相談先" if language == "ja" else "Whom to ask") in words
    assert "organisations.view_people" not in words
