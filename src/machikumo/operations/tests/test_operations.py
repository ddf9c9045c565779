"""Leaving with all data, and the training reset."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.approvals import queries as waiting
from machikumo.kernel.errors import Forbidden
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs import periodic
from machikumo.kernel.jobs.models import PeriodicRun
from machikumo.kernel.jobs.queries import run_of, runs
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation
from machikumo.operations import actions, queries
from machikumo.operations.domain.package import PackageFault, Writer, verify
from machikumo.operations.tests.opening import PUBLIC, made, opened
from machikumo.register.models import Household, Person, PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope


def package(parts: dict[str, list[bytes]]) -> io.BytesIO:
    out = io.BytesIO()
    writer = Writer(out, organisation="182079", made_at="2026-11-24T00:00:00+00:00")
    for name, lines in parts.items():
        writer.add(name, lines)
    writer.close()
    return out


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}\.jsonl", fullmatch=True), st.lists(st.binary(max_size=20)), max_size=4)
)
def test_a_package_that_was_written_is_whole(parts: dict[str, list[bytes]]) -> None:
    told = {part.name: (part.rows, part.size) for part in verify(package(parts))}
    assert told == {name: (len(lines), sum(map(len, lines))) for name, lines in parts.items()}


def rewritten(source: io.BytesIO, change: dict[str, bytes | None]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in change.items():
            if name not in old.namelist() and content is not None:
                new.writestr(name, content)
    return out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"a.jsonl": b"other\n"}, "Altered: a.jsonl"),
        ({"a.jsonl": None}, "Missing: a.jsonl"),
        ({"x.jsonl": b"x"}, "Not in the manifest: x.jsonl"),
    ],
)
def test_a_package_that_was_changed_is_found_out(change: dict[str, bytes | None], words: str) -> None:
    with pytest.raises(PackageFault) as found:
        verify(rewritten(package({"a.jsonl": [b"1\n"]}), change))
    assert found.value.message_en == words


def test_the_exit_package_holds_every_table_and_only_this_towns_rows(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with entered(scope):
        Household.objects.add(scope, number='a\\b"c\nd')
        Person.objects.add(scope, addressee_number="1")
    with entered(scope_of(other_town)) as other:
        Person.objects.add(other, addressee_number="2")
    whole = opened(scope, made(scope).token)
    parts = {part.name: part for part in verify(whole)}
    with entered(scope):
        assert {f"tables/{table}.jsonl" for table in queries.tenant_tables()} <= set(parts)
    with zipfile.ZipFile(whole) as archive:
        people = [json.loads(line) for line in archive.read("tables/register_person.jsonl").splitlines()]
        homes = [json.loads(line) for line in archive.read("tables/register_household.jsonl").splitlines()]
    assert [person["addressee_number"] for person in people] == ["1"]
    assert [home["number"] for home in homes] == ['a\\b"c\nd']


def test_a_training_town_is_emptied_and_its_neighbour_is_not(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(other_town)
    for one in (scope, other):
        with entered(one):
            Person.objects.add(one, addressee_number="1")
    assert actions.empty_training_town(scope) >= 1
    with entered(scope):
        assert not Person.objects.within(scope).exists()
    with entered(other):
        assert Person.objects.within(other).count() == 1


def test_a_live_town_cannot_be_emptied(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope]
) -> None:
    live = scope_of(make_organisation(mode="live"))
    with pytest.raises(Forbidden, match="作り直せません"):
        actions.empty_training_town(live)


def test_the_pages_take_everything_away_and_reset_the_town_with_the_towns_code_typed(
    client: Client, make_organisation: Callable[..., Organisation], signed_in: Callable[..., object]
) -> None:
    town = make_organisation(code=f"182079x{secrets.token_hex(3)}")
    signed_in(client, town, "information_officer")
    home = f"/{town.code}/work/operations/"
    assert client.get(home).status_code == 200
    asked = client.post(f"{home}exit-package/", {"reason": "移行の準備", "recipient": PUBLIC})
    assert asked.status_code == 302
    assert "/work/approvals/" in asked["Location"]
    wrong = client.post(f"{home}training/reset/", {"people": 10, "seed": 1, "code": "123456"})
    assert "この団体のコードと違います" in wrong.content.decode()
    right = client.post(f"{home}training/reset/", {"people": 10, "seed": 1, "code": town.code})
    assert right.status_code == 302


def test_a_reset_town_holds_the_made_up_people_and_nothing_else(database: str, scope_of: Callable[..., Scope]) -> None:
    assert database
    town, _ = Organisation.objects.using("migration").get_or_create(
        code="222127", defaults={"kind": "municipality", "name": "焼津市", "is_active": True, "mode": "training"}
    )
    scope = scope_of(town)
    with entered(scope):
        Person.objects.add(scope, addressee_number=secrets.token_hex(5))
    arguments = {"people": 60, "seed": 3}
    run = jobs.start(scope, kind="operations.reset_training", idempotency_key=secrets.token_hex(4), arguments=arguments)
    perform(scope.organisation_id, run.pk)
    with entered(scope):
        done = run_of(scope, run.pk)
        people = set(Person.objects.within(scope).values_list("addressee_number", flat=True))
    assert done.result.get("holds"), done.note_en
    assert 0 < len(people) <= 61
    assert all(number.isdecimal() and len(number) == 15 for number in people)


@pytest.mark.parametrize(
    ("language", "heading", "fine"), [("ja", "自動で行う処理", "正常"), ("en", "by itself", "Fine")]
)
def test_the_page_shows_what_runs_by_itself_when_it_last_ran_and_how_it_ended(
    client: Client, town: Organisation, signed_in: Callable[..., object], language: str, heading: str, fine: str
) -> None:
    signed_in(client, town, "information_officer")
    client.cookies["machikumo_language"] = language
    before = client.get(f"/{town.code}/work/operations/").content.decode()
    assert heading in before
    assert ("未実行" in before) or ("Not run in time" in before)
    periodic.run_due([town])
    after = client.get(f"/{town.code}/work/operations/").content.decode()
    assert fine in after
    assert "未実行" not in after
    assert "Not run in time" not in after


def test_a_failed_work_shows_its_reason_until_it_runs_well(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., object]
) -> None:
    signed_in(client, town, "information_officer")
    periodic.run_due([town])
    with entered(scope):
        PeriodicRun.objects.within(scope).filter(key="approvals.expire_due").update(
            state="failed", note_ja="試しの失敗"
        )
    assert "試しの失敗" in client.get(f"/{town.code}/work/operations/").content.decode()


def test_a_practice_town_is_filled_with_people_of_the_town_that_it_is_like(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope]
) -> None:
    twin = make_organisation(practice_of="182079", name="鯖江市（練習）")
    scope = scope_of(twin)
    run = jobs.start(
        scope, kind="operations.reset_training", idempotency_key="practice", arguments={"people": 30, "seed": 3}
    )
    perform(scope.organisation_id, run.pk)
    with entered(scope):
        done = run_of(scope, run.pk)
        assert done.result.get("holds"), done.note_en
        places = set(PersonVersion.objects.within(scope).values_list("address_municipality", flat=True))
    assert places == {"鯖江市"}


def test_all_data_is_taken_away_by_two_people(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., object]
) -> None:
    home = f"/{town.code}/work/operations/"
    signed_in(client, town, "information_officer")
    assert "理由を入力してください" in client.post(f"{home}exit-package/", follow=True).content.decode()
    asked = client.post(f"{home}exit-package/", {"reason": "移行の準備", "recipient": PUBLIC})["Location"]
    again = client.post(
        f"{home}exit-package/", {"reason": "移行の準備", "recipient": PUBLIC}, follow=True
    ).content.decode()
    assert "すでに出ています" in again
    client.post(f"{asked}decide/", {"do": "approve"})
    with entered(scope):
        assert not runs(scope).exists()
        approval = waiting.waiting(scope).get()
    signed_in(client, town, "section_head")
    words = client.get(asked).content.decode()
    assert "移行の準備" in words
    assert PUBLIC in words
    client.post(f"{asked}decide/", {"do": "approve"})
    with entered(scope):
        run = runs(scope).get()
    assert (run.kind, run.person, run.permissions) == (
        "operations.exit_package",
        approval.requested_by,
        ["operations.export"],
    )
    perform(scope.organisation_id, run.pk)
    with entered(scope):
        done = run_of(scope, run.pk)
    assert done.state == "succeeded", done.note_en
    signed_in(client, town, "information_officer")
    assert "machikumo-" in client.get(home).content.decode()
