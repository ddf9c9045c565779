"""Roles as data, appointments in time, pairs that must not meet, idle time: no database."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.demo import script
from machikumo.organisations.domain.appointments import Holding, chosen_role, refuse_incompatible
from machikumo.organisations.domain.bodies import COLOURS, Body
from machikumo.organisations.domain.errors import IncompatibleRoles, PeriodError, RoleNotHere, UnknownRole
from machikumo.organisations.domain.idle import is_over, needs_note
from machikumo.organisations.domain.reviews import Answer, digest_of, due_on, fiscal_year_of
from machikumo.organisations.domain.roles import CatalogueFault, catalogue_from

DAY = dt.date(2026, 4, 1)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
SMALL: dict[str, Any] = {
    "edition": "test",
    "permissions": {"a": ["あ", "A"], "b": ["い", "B"]},
    "roles": {
        "one": {"title": ["一", "One"], "kinds": ["municipality"], "permissions": ["a", "b"], "idle_minutes": 5},
        "two": {"title": ["二", "Two"], "kinds": ["group"], "permissions": ["a"], "idle_minutes": 9},
    },
    "incompatible": [{"first": "one", "second": "two", "reason": ["理由", "reason"]}],
}


def test_the_shipped_catalogue_has_every_role_with_a_title_in_both_languages() -> None:
    roles = catalogue().roles
    assert {"desk_clerk", "section_head", "auditor", "cio", "ciso", "platform_operator", "resident"} <= roles.keys()
    assert all(role.title.ja and role.title.en and role.idle_minutes > 0 for role in roles.values())


def test_every_shipped_permission_is_carried_by_some_role() -> None:
    carried = set().union(*(role.permissions for role in catalogue().roles.values()))
    assert carried == set(catalogue().permissions)


def test_every_permission_named_in_the_code_is_in_the_catalogue() -> None:
    named: set[str] = set()
    pattern = re.compile(r'(?:permission=|work_page\(|require\(|\.has\()"([a-z_]+\.[a-z_]+)"')
    for file in Path(__file__).resolve().parents[2].rglob("*.py"):
        if "tests" not in file.parts:
            named |= set(pattern.findall(file.read_text(encoding="utf-8")))
    assert named - set(catalogue().permissions) == set()


def test_the_vendor_and_the_operator_never_see_a_resident() -> None:
    for key in ("vendor_engineer", "platform_operator", "auditor", "ministry_officer", "prefecture_officer"):
        assert not {name for name in catalogue().role(key).permissions if name.startswith(("register.", "number."))}


def test_who_audits_cannot_change_and_who_asks_is_not_who_approves() -> None:
    assert (
        not {"organisations.manage_people", "layouts.move_in", "register.edit"}
        & catalogue().role("auditor").permissions
    )
    for role in catalogue().roles.values():
        assert not {"layouts.move_in", "layouts.approve"} <= role.permissions


def test_a_role_that_a_kind_of_organisation_does_not_give_is_refused() -> None:
    assert catalogue().role_for("desk_clerk", "municipality").key == "desk_clerk"
    for key, kind in (("desk_clerk", "ministry"), ("resident", "municipality"), ("machine", "municipality")):
        with pytest.raises(RoleNotHere):
            catalogue().role_for(key, kind)
    with pytest.raises(UnknownRole, match="mayor"):
        catalogue().role("mayor")


def test_a_role_is_found_by_its_japanese_title_or_its_key() -> None:
    assert catalogue().key_of("窓口担当") == "desk_clerk"
    assert catalogue().key_of("desk_clerk") == "desk_clerk"
    assert catalogue().key_of("市長") == "市長"


def test_narrowing_takes_away_and_never_adds() -> None:
    role = catalogue_from(SMALL).role("two")
    assert role.narrowed_by(["b"]) == {"a"}
    assert role.narrowed_by(["a"]) == frozenset()


@given(st.sets(st.sampled_from(sorted(catalogue().permissions))))
def test_narrowing_by_anything_leaves_a_part_of_the_role(taken: set[str]) -> None:
    role = catalogue().role("desk_clerk")
    assert role.narrowed_by(taken) == role.permissions - (taken - role.protected)


@pytest.mark.parametrize(
    "fault",
    [
        {"roles": {"x": SMALL["roles"]["one"] | {"permissions": ["nothing"]}}, "incompatible": []},
        {"incompatible": [{"first": "one", "second": "one", "reason": ["", ""]}]},
        {"incompatible": [{"first": "one", "second": "three", "reason": ["", ""]}]},
    ],
)
def test_a_catalogue_that_contradicts_itself_is_a_fault(fault: dict[str, Any]) -> None:
    with pytest.raises(CatalogueFault):
        catalogue_from(SMALL | fault)


@pytest.mark.parametrize(("held", "new"), [("cio", "ciso"), ("ciso", "cio"), ("information_officer", "ciso")])
def test_the_ciso_is_neither_cio_nor_head_of_systems(held: str, new: str) -> None:
    with pytest.raises(IncompatibleRoles) as refused:
        refuse_incompatible(catalogue(), [Holding(held, DAY)], Holding(new, DAY))
    assert "指針9" in refused.value.message_ja
    assert "Appoint somebody else" in refused.value.message_en
    assert refused.value.status == 409


def test_after_the_one_role_has_ended_the_other_may_begin() -> None:
    held = [Holding("cio", DAY, dt.date(2027, 3, 31))]
    assert refuse_incompatible(catalogue(), held, Holding("ciso", dt.date(2027, 4, 1))) is None
    with pytest.raises(IncompatibleRoles):
        refuse_incompatible(catalogue(), held, Holding("ciso", dt.date(2027, 3, 31)))


def test_roles_that_are_no_pair_may_be_held_together() -> None:
    assert refuse_incompatible(catalogue(), [Holding("desk_clerk", DAY)], Holding("open_data_clerk", DAY)) is None


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(PeriodError, match="開始日"):
        Holding("cio", DAY, DAY - dt.timedelta(days=1))


@given(DAYS, st.none() | st.integers(0, 900), DAYS, st.none() | st.integers(0, 900))
def test_two_periods_meet_exactly_when_some_day_lies_in_both(
    first: dt.date, long: int | None, second: dt.date, other: int | None
) -> None:
    one = Holding("a", first, None if long is None else first + dt.timedelta(days=long))
    two = Holding("b", second, None if other is None else second + dt.timedelta(days=other))
    later = max(first, second)
    assert one.meets(two) == two.meets(one) == (one.covers(later) and two.covers(later))


def test_the_chosen_role_must_be_held() -> None:
    assert chosen_role(["a", "b"], "b") == "b"
    assert chosen_role(["a", "b"], "c") == "a"
    assert chosen_role([], "a") == ""


def test_every_colour_carries_white_text_at_seven_to_one() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert all(1.05 / (luminance(colour) + 0.05) >= 7 for colour in COLOURS)


@given(st.from_regex("[0-9]{6}", fullmatch=True))
def test_a_body_always_has_the_same_colour(code: str) -> None:
    body = Body(code, "municipality", "町", "", "", "")
    assert body.colour == replace(body, name="別の町").colour
    assert body.colour in COLOURS


@given(st.floats(0, 2e9), st.integers(0, 100_000), st.integers(1, 1200))
def test_a_session_is_over_after_its_minutes_and_not_before(seen: float, idle: int, minutes: int) -> None:
    assert is_over(seen, seen + idle, minutes) == (seen + idle - seen > minutes * 60)


def test_a_clock_put_back_ends_no_session() -> None:
    assert not is_over(1_000_000.0, 0.0, 1)
    assert needs_note(1_000_000.0, 0.0)
    assert not needs_note(1_000_000.0, 1_000_010.0)


@pytest.mark.parametrize(
    ("day", "year"), [(dt.date(2026, 3, 31), 2025), (dt.date(2026, 4, 1), 2026), (dt.date(2027, 1, 1), 2026)]
)
def test_a_fiscal_year_begins_in_april(day: dt.date, year: int) -> None:
    assert fiscal_year_of(day) == year
    assert due_on(day) == day + dt.timedelta(days=30)


def test_the_digest_of_a_review_depends_on_every_answer_and_on_no_order() -> None:
    answers = [Answer(1, "account:1", "cio", "keep"), Answer(2, "account:2", "auditor", "end")]
    assert digest_of(answers) == digest_of(reversed(answers))
    for changed in (
        replace(answers[0], decision="end"),
        replace(answers[0], person="account:9"),
        replace(answers[0], role="ciso"),
        replace(answers[0], appointment=3),
    ):
        assert digest_of([changed, answers[1]]) != digest_of(answers)


def test_the_demonstration_names_only_roles_and_members_that_exist() -> None:
    people = script()["people"]
    assert len({person["username"] for person in people}) == len(people)
    assert {person["role"] for person in people} <= catalogue().roles.keys()
    assert all(person["username"].startswith("demo-") for person in people)


def test_a_refusal_names_the_act_the_roles_that_may_and_whom_to_ask_and_never_a_key() -> None:
    refusal = catalogue().refusal_of(["operations.export"], "desk_clerk")
    assert refusal.act == ("団体の全データを持ち出す", "Take away all data of the organisation")
    assert refusal.roles == (("情報政策担当", "Information officer"),)
    assert refusal.ask == (("情報政策担当", "Information officer"),)
    assert not refusal.taken_away
    words = refusal.words(0) + refusal.words(1)
    assert "団体の全データを持ち出す" in words
    assert "Information officer" in words
    assert "operations.export" not in words


@pytest.mark.parametrize("permission", catalogue().permissions)
@pytest.mark.parametrize("role", ["desk_clerk", "group_secretariat", "visitor"])
def test_no_permission_and_no_role_is_ever_named_by_its_key(permission: str, role: str) -> None:
    refusal = catalogue().refusal_of([permission], role)
    words = refusal.words(0) + refusal.words(1)
    assert not re.search(r"[a-z]+[._][a-z_]+", words)
    assert refusal.ask


def test_of_several_permissions_each_is_named_and_every_role_with_one_of_them() -> None:
    refusal = catalogue().refusal_of(["number.open", "number.enter"], "auditor")
    assert refusal.act[0] == "個人番号を開く」または「個人番号を登録する"
    assert {ja for ja, _en in refusal.roles} == {"窓口担当", "課長", "紐付け確認担当"}


def test_who_lost_a_permission_by_the_towns_own_setting_reads_so() -> None:
    refusal = catalogue().refusal_of(["certificates.release"], "desk_clerk")
    assert refusal.taken_away
    assert "この団体の設定により" in refusal.words(0)
    assert "taken this away" in refusal.words(1)


def test_a_permission_that_only_another_kind_of_body_gives_still_names_who_may() -> None:
    refusal = catalogue().refusal_of(["operations.manage"], "desk_clerk")
    assert refusal.roles == (("基盤運用者", "Platform operator"),)


def test_an_unknown_permission_is_refused_in_general_words() -> None:
    refusal = catalogue().refusal_of(["no.such"], "desk_clerk")
    assert refusal.act == ("この操作", "this work")
    assert "できる役割" not in refusal.words(0)
    assert "Roles" not in refusal.words(1)


def test_no_town_takes_a_protected_permission_away() -> None:
    role = catalogue_from(SMALL | {"protected": ["a"]}).role("one")
    assert role.narrowed_by(["a", "b"]) == {"a"}


def test_a_protected_permission_that_is_unknown_is_found_at_start() -> None:
    with pytest.raises(CatalogueFault, match="protected names unknown permissions: z"):
        catalogue_from(SMALL | {"protected": ["z"]})


@pytest.mark.parametrize("key", ["auditor", "ciso"])
def test_who_audits_always_sees_the_ledger(key: str) -> None:
    role = catalogue().role(key)
    assert {"ledger.view", "ledger.verify"} <= role.narrowed_by(role.permissions)
