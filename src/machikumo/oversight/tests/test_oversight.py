"""The prefecture, the group and the ministry see what their towns released, as it is, and nothing of anybody else."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.releases import actions as releases
from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations.models import GroupMembership
from machikumo.oversight import queries
from machikumo.register import actions as register

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

TODAY = dt.date(2026, 11, 25)
CONTENT = {"mapping": "m", "rehearsal": 1, "rows": 1_250, "accepted": 1_234, "quarantined": 16, "agrees": True}


@pytest.fixture
def make_prefecture(make_organisation: Callable[..., Organisation]) -> Callable[..., Organisation]:
    """Makes a prefecture with a code of six signs, which towns can name."""

    def make(**fields: Any) -> Organisation:
        return make_organisation(**({"kind": "prefecture", "code": secrets.token_hex(3)} | fields))

    return make


@pytest.fixture
def prefecture(make_prefecture: Callable[..., Organisation]) -> Organisation:
    return make_prefecture(name="試験県")


@pytest.fixture
def make_town(make_organisation: Callable[..., Organisation], prefecture: Organisation) -> Callable[..., Organisation]:
    def make(**fields: Any) -> Organisation:
        return make_organisation(**({"prefecture_code": prefecture.code} | fields))

    return make


@pytest.fixture
def tell(scope_of: Callable[..., Scope]) -> Callable[..., None]:
    """A town releases the report of its move to the organisations."""

    def release(town: Organisation, *recipients: Organisation, **content: Any) -> None:
        codes = [one.code for one in recipients]
        releases.release(scope_of(town), name=queries.MOVE_IN, content=CONTENT | content, recipients=codes)

    return release


@pytest.fixture
def officer(client: Client, prefecture: Organisation, signed_in: Callable[..., Any]) -> Client:
    signed_in(client, prefecture, "prefecture_officer")
    return client


def states(scope: Scope, day: dt.date = TODAY) -> dict[str, queries.TownState]:
    with entered(scope):
        return {one.town.name: one for one in queries.move_in_states(scope, day)}


def cells(client: Client, organisation: Organisation) -> dict[str, list[str]]:
    """The table of the page: the words of each town's cells by the town's name."""
    words = client.get(f"/oversight/{organisation.code}/").content.decode()
    lines = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", words, re.DOTALL)
    texts = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)).strip() for line in lines]
    return {text.split(" ")[0]: text.split(" ")[2:] for text in texts}


def test_a_prefecture_sees_all_its_towns_those_that_reported_and_those_that_have_not(
    prefecture: Organisation, make_town: Callable[..., Organisation], tell: Callable[..., None], officer: Client
) -> None:
    moved, _waiting = make_town(name="移行町"), make_town(name="待機町", is_active=False)
    tell(moved, prefecture)
    shown = cells(officer, prefecture)
    assert set(shown) == {"移行町", "待機町"}
    assert "移行済み" in shown["移行町"]
    assert shown["待機町"][:2] == ["報告なし", "—"]


def test_the_figures_are_those_that_the_town_reported(
    prefecture: Organisation, make_town: Callable[..., Organisation], tell: Callable[..., None], officer: Client
) -> None:
    tell(make_town(name="一致町"), prefecture)
    tell(make_town(name="差異町"), prefecture, accepted=7, quarantined=0, agrees=False)
    shown = cells(officer, prefecture)
    assert {"1,234", "16", "一致"} <= set(shown["一致町"])
    assert {"7", "0", "差異あり"} <= set(shown["差異町"])
    assert "移行済み" not in shown["差異町"]


def test_a_town_has_moved_only_when_nothing_is_left_to_explain(
    prefecture: Organisation, make_town: Callable[..., Organisation], tell: Callable[..., None], officer: Client
) -> None:
    tell(make_town(name="一致町"), prefecture, differing=0)
    tell(make_town(name="差異町"), prefecture, agrees=False)
    tell(make_town(name="相違町"), prefecture, differing=3)
    shown = cells(officer, prefecture)
    assert shown["一致町"][0] == "移行済み"
    assert shown["差異町"][0] == shown["相違町"][0] == "差異あり"
    page = officer.get(f"/oversight/{prefecture.code}/").content.decode()
    moved = re.search(r"移行した市町村.*?(\d+)", re.sub(r"<[^>]+>", " ", page), re.DOTALL)
    assert moved is not None
    assert moved[1] == "1"


@given(reported=st.lists(st.booleans(), min_size=1, max_size=5))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_count_at_the_head_is_the_count_of_the_lines(
    make_organisation: Callable[..., Organisation],
    make_prefecture: Callable[..., Organisation],
    scope_of: Callable[..., Scope],
    tell: Callable[..., None],
    reported: list[bool],
) -> None:
    prefecture = make_prefecture()
    for has_told in reported:
        town = make_organisation(prefecture_code=prefecture.code)
        if has_told:
            tell(town, prefecture)
    found = states(scope_of(prefecture)).values()
    assert sum(one.content is not None for one in found) == sum(reported)
    assert len(found) == len(reported)


def test_the_newest_report_counts_and_an_older_one_is_no_second_line(
    prefecture: Organisation, make_town: Callable[..., Organisation], tell: Callable[..., None], officer: Client
) -> None:
    town = make_town(name="二度町")
    tell(town, prefecture, accepted=1)
    tell(town, prefecture, accepted=2)
    shown = cells(officer, prefecture)
    assert list(shown) == ["二度町"]
    assert "2" in shown["二度町"]


def test_another_prefecture_sees_neither_town_nor_report(
    make_prefecture: Callable[..., Organisation],
    prefecture: Organisation,
    make_town: Callable[..., Organisation],
    tell: Callable[..., None],
    client: Client,
    signed_in: Callable[..., Any],
) -> None:
    tell(make_town(name="移行町"), prefecture)
    other = make_prefecture()
    signed_in(client, other, "prefecture_officer")
    assert client.get(f"/oversight/{prefecture.code}/").status_code == 404
    answer = client.get(f"/oversight/{other.code}/")
    assert answer.status_code == 200
    assert "移行町" not in answer.content.decode()


def test_a_report_sent_to_the_wrong_prefecture_shows_no_foreign_town_there(
    make_prefecture: Callable[..., Organisation],
    make_town: Callable[..., Organisation],
    tell: Callable[..., None],
    scope_of: Callable[..., Scope],
) -> None:
    other = make_prefecture()
    tell(make_town(name="よその町"), other)
    assert states(scope_of(other)) == {}


def test_a_withdrawn_report_is_gone_at_once(
    prefecture: Organisation,
    make_town: Callable[..., Organisation],
    tell: Callable[..., None],
    scope_of: Callable[..., Scope],
    officer: Client,
) -> None:
    town = make_town(name="撤回町")
    tell(town, prefecture)
    assert "移行済み" in cells(officer, prefecture)["撤回町"]
    releases.withdraw(scope_of(town), name=queries.MOVE_IN, version=1, reason="誤り")
    shown = cells(officer, prefecture)["撤回町"]
    assert shown[0] == "報告なし"
    assert "1,234" not in shown


def test_when_the_newest_is_withdrawn_the_one_before_is_shown_again(
    prefecture: Organisation,
    make_town: Callable[..., Organisation],
    tell: Callable[..., None],
    scope_of: Callable[..., Scope],
) -> None:
    town = make_town(name="撤回町")
    tell(town, prefecture, accepted=1)
    tell(town, prefecture, accepted=2)
    releases.withdraw(scope_of(town), name=queries.MOVE_IN, version=2, reason="誤り")
    content = states(scope_of(prefecture))["撤回町"].content
    assert content is not None
    assert content["accepted"] == 1


def test_a_report_that_was_altered_is_called_so_and_its_figures_are_not_shown(
    prefecture: Organisation, make_town: Callable[..., Organisation], tell: Callable[..., None], officer: Client
) -> None:
    tell(make_town(name="偽造町"), prefecture)
    with transaction.atomic(using="migration"), connections["migration"].cursor() as cursor:
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(prefecture.pk)])
        forged = json.dumps(CONTENT | {"accepted": 9_999_999})
        cursor.execute("UPDATE releases_receivedrelease SET content = %s", [forged])
    shown = cells(officer, prefecture)["偽造町"]
    assert shown[0] == "署名が正しくありません"
    assert "9,999,999" not in shown
    assert "移行済み" not in shown


def test_a_report_is_of_a_move_and_other_releases_say_nothing_here(
    prefecture: Organisation, make_town: Callable[..., Organisation], scope_of: Callable[..., Scope]
) -> None:
    town = make_town(name="調査町")
    releases.release(scope_of(town), name="inventory", content={"accepted": 5}, recipients=[prefecture.code])
    assert states(scope_of(prefecture))["調査町"].released is None


def test_no_person_of_a_town_is_ever_seen_by_the_prefecture(
    prefecture: Organisation,
    make_town: Callable[..., Organisation],
    tell: Callable[..., None],
    scope_of: Callable[..., Scope],
    officer: Client,
) -> None:
    town = make_town(name="住民町")
    row = {"addressee_number": "000000000000101", "household_number": "1", "history_number": "1", "is_latest": "1"}
    row |= {"history_branch": "0", "resident_state": "1", "name": "見えては　いけない"}
    register.load_block(scope_of(town), frame=pl.DataFrame([row]), source="test")
    tell(town, prefecture)
    assert "見えては" not in officer.get(f"/oversight/{prefecture.code}/").content.decode()
    for path in ("", "work/", "work/residents/", "work/jobs/", "work/ledger/", "work/operations/"):
        if path:
            assert officer.get(f"/{town.code}/{path}").status_code == 404
    assert officer.get(f"/oversight/{town.code}/").status_code == 404


def test_a_group_sees_its_members_of_the_day_and_nobody_else(
    make_organisation: Callable[..., Organisation], tell: Callable[..., None], scope_of: Callable[..., Scope]
) -> None:
    group = make_organisation(kind="group")
    names = {"今の町": (2020, None), "去った町": (2020, 2024), "来る町": (2030, None)}
    towns = {name: make_organisation(name=name) for name in (*names, "外の町")}
    scope = scope_of(group)
    with entered(scope):
        for name, (joined, left) in names.items():
            GroupMembership.objects.add(
                scope,
                member=towns[name],
                joined_on=dt.date(joined, 4, 1),
                left_on=dt.date(left, 3, 31) if left else None,
            )
    for town in towns.values():
        tell(town, group)
    assert list(states(scope)) == ["今の町"]
    assert set(states(scope, dt.date(2031, 1, 1))) == {"今の町", "来る町"}


def test_the_ministry_sees_the_towns_that_work_on_the_platform(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope], tell: Callable[..., None]
) -> None:
    ministry = make_organisation(kind="ministry")
    active, asleep = make_organisation(name="動く町"), make_organisation(name="眠る町", is_active=False)
    tell(active, ministry)
    found = states(scope_of(ministry))
    assert found["動く町"].content == CONTENT
    assert asleep.name not in found


def test_a_town_looks_after_no_other_town(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    assert states(scope_of(town)) == {}


def test_a_look_at_the_towns_is_kept_in_the_prefectures_own_ledger(
    prefecture: Organisation, make_town: Callable[..., Organisation], officer: Client, scope_of: Callable[..., Scope]
) -> None:
    town = make_town()
    officer.get(f"/oversight/{prefecture.code}/")
    (look,) = ledger.entries_of(scope_of(prefecture), ledger.Filters(event="oversight.viewed"))
    assert json.loads(look.canonical)["details"] == {"towns": 1}
    assert ledger.entries_of(scope_of(town), ledger.Filters(event="oversight.viewed")) == []


def test_the_door_leads_to_the_organisation_that_looks_after_towns(
    prefecture: Organisation, officer: Client, client: Client
) -> None:
    assert officer.get("/oversight/")["Location"] == f"/oversight/{prefecture.code}/"
    client.logout()
    assert "/sign-in/" in client.get("/oversight/")["Location"]


def test_the_door_is_none_for_a_towns_clerk(
    client: Client, town: Organisation, prefecture: Organisation, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "desk_clerk")
    assert client.get("/oversight/").status_code == 404
    assert client.get(f"/oversight/{prefecture.code}/").status_code == 404
    assert client.get(f"/oversight/{town.code}/").status_code == 403


def test_an_auditor_of_the_prefecture_may_not_look_at_the_towns(
    client: Client, prefecture: Organisation, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, prefecture, "auditor")
    assert client.get(f"/oversight/{prefecture.code}/").status_code == 403


@pytest.mark.parametrize("code", ["999999", "x" * 300, "..", "%00", "1;drop", "ＡＢＣ"])
def test_an_organisation_that_is_none_is_404(officer: Client, code: str) -> None:
    assert officer.get(f"/oversight/{code}/").status_code == 404


def test_the_page_takes_no_form(prefecture: Organisation, officer: Client) -> None:
    assert officer.post(f"/oversight/{prefecture.code}/").status_code == 405


def test_a_report_tells_when_it_was_made_in_japanese_time(
    prefecture: Organisation, make_town: Callable[..., Organisation], tell: Callable[..., None], officer: Client
) -> None:
    tell(make_town(name="時刻町"), prefecture)
    local = timezone.localtime(timezone.now(), dt.timezone(dt.timedelta(hours=9)))
    assert str(local.day) in " ".join(cells(officer, prefecture)["時刻町"])
