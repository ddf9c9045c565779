"""The auditor's pages, over HTTP."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.ledger import record, record_many, seal, views
from machikumo.kernel.ledger.queries import Filters
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.ledger.words import subject_words
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

    SignIn = Callable[..., Any]


@pytest.fixture
def auditor(client: Client, town: Organisation, signed_in: SignIn) -> Client:
    """A browser in which the town's auditor is signed in."""
    signed_in(client, town, "auditor")
    return client


@pytest.fixture
def busy(scope: Scope) -> Scope:
    """A ledger with a few rows of different kinds."""
    clerk = replace(scope, person="account:900001")
    with entered(scope):
        record(clerk, event="person.viewed", subject="person:1", ground="resident_request")
        record(clerk, event="person.corrected", subject="person:1", before={"a": 1}, after={"a": 2})
        record(replace(scope, person="job:7"), event="people.loaded", details={"rows": 3}, ground="=1+1")
    return scope


def address(town: Organisation, rest: str = "") -> str:
    return f"/{town.code}/work/ledger/{rest}"


def page(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, answer.content[:500]
    return html.unescape(answer.content.decode())


def test_the_list_shows_who_did_what_to_whom_on_what_ground(auditor: Client, town: Organisation, busy: Scope) -> None:
    text = page(auditor, address(town))
    assert "住民の記録を見た" in text
    assert "住民の記録を修正した" in text
    assert "職員 900001" in text
    assert "処理 7" in text
    assert "person:1" in text
    assert len(rows_of(busy)) > 3, "the look itself is a row"


def test_the_look_itself_is_recorded_with_what_was_asked_for(auditor: Client, town: Organisation, busy: Scope) -> None:
    page(auditor, address(town, "?event=person.viewed&subject=person:1"))
    facts = json.loads(rows_of(busy)[-1][0])
    assert (facts["event"], facts["purpose"], facts["role"]) == ("ledger.viewed", "audit", "auditor")
    asked = {"event": "person.viewed", "subject": "person:1", "without_looks": True}
    assert facts["details"] == asked | {"shown": 1}


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("?actor=account:900001", "住民の記録を修正した</td>", "まとめて読み込んだ</td>"),
        ("?event=people.loaded", "まとめて読み込んだ</td>", "住民の記録を修正した</td>"),
        ("?subject=person:1", "住民の記録を見た</td>", "まとめて読み込んだ</td>"),
        ("?since=2020-01-01&until=2099-12-31", "まとめて読み込んだ</td>", "当てはまる記録はありません"),
        ("?since=2099-01-01", "当てはまる記録はありません", "まとめて読み込んだ</td>"),
        ("?until=2020-01-01", "当てはまる記録はありません", "まとめて読み込んだ</td>"),
        ("?since=nonsense&event=no.such", "まとめて読み込んだ</td>", "当てはまる記録はありません"),
    ],
)
@pytest.mark.usefixtures("busy")
def test_the_list_is_filtered(auditor: Client, town: Organisation, query: str, seen: str, unseen: str) -> None:
    text = page(auditor, address(town, query))
    assert seen in text
    assert unseen not in text


def test_long_lists_are_paged_both_ways(
    auditor: Client, town: Organisation, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 10)
    with entered(scope):
        record_many(scope, ({"subject": f"person:{number:02}"} for number in range(25)), event="person.loaded")

    def subjects(text: str) -> list[int]:
        return [int(found) for found in re.findall(r"subjects/person:(\d\d)/", text)]

    def links(text: str) -> list[str]:
        return re.findall(r'href="(\?[^"]*(?:before|after)=[^"]*)"', text)

    first = page(auditor, address(town, "?event=person.loaded"))
    assert subjects(first) == list(range(24, 14, -1))
    (older,) = links(first)
    second = page(auditor, address(town, older))
    assert subjects(second) == list(range(14, 4, -1))
    newer, oldest = links(second)
    last = page(auditor, address(town, oldest))
    assert subjects(last) == list(range(4, -1, -1))
    assert len(links(last)) == 1
    back = page(auditor, address(town, newer))
    assert subjects(back) == list(range(24, 14, -1))
    assert links(back) == [older]


def test_one_row_shows_everything_and_its_seal(auditor: Client, town: Organisation, busy: Scope) -> None:
    row = str(rows_of(busy, "id")[1][0])
    waiting = page(auditor, address(town, f"rows/{row}/"))
    assert "封印待ち" in waiting
    assert waiting.count("hmac-sha256:") >= 2
    seal(organisations=[town.code])
    sealed = page(auditor, address(town, f"rows/{row}/"))
    assert "封印済み" in sealed
    assert "2件目" in sealed


def test_a_changed_row_is_shown_as_changed(
    auditor: Client, town: Organisation, busy: Scope, as_superuser: Callable[[], Any]
) -> None:
    seal(organisations=[town.code])
    row = str(rows_of(busy, "id")[0][0])
    with as_superuser() as attacker:
        attacker.execute(
            "UPDATE ledger_entry SET canonical = replace(canonical, 'person:1', 'person:2') WHERE id = %s", [row]
        )
    assert "内容が封印と合いません" in page(auditor, address(town, f"rows/{row}/"))


def test_rows_of_another_town_are_not_found(
    auditor: Client, town: Organisation, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(other_town)
    with entered(other):
        row = record(other, event="person.viewed", subject="person:1")
    assert auditor.get(address(town, f"rows/{row}/")).status_code == 404
    assert auditor.get(address(other_town)).status_code == 404
    assert auditor.get(address(town, f"rows/{uuid.uuid4()}/")).status_code == 404
    assert "記録はありません" in page(auditor, address(town, "subjects/person:1/"))


def test_a_subjects_access_record_shows_every_look_and_the_auditors_too(
    auditor: Client, town: Organisation, busy: Scope
) -> None:
    text = page(auditor, address(town, "subjects/person:1/"))
    assert "住民の記録を見た" in text
    assert "まとめて読み込んだ" not in text
    assert "証跡を見た" in page(auditor, address(town, "subjects/person:1/"))
    assert "証跡を見た</td>" not in page(auditor, address(town))
    assert "証跡を見た</td>" in page(auditor, address(town, "?looks=on"))
    facts = [json.loads(row[0]) for row in rows_of(busy)]
    assert [row["subject"] for row in facts if row["event"] == "ledger.viewed" and "subject" in row] == ["person:1"] * 2


def test_a_long_access_record_goes_on(
    auditor: Client, town: Organisation, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 2)
    with entered(scope):
        for _ in range(3):
            record(scope, event="person.viewed", subject="person:1")
    first = page(auditor, address(town, "subjects/person:1/"))
    (older,) = re.findall(r'href="(\?before=[^"]*)"', first)
    assert "古い記録" in first
    assert page(auditor, address(town, f"subjects/person:1/{older}")).count("住民の記録を見た") == 1


def test_the_export_is_a_file_for_a_spreadsheet_and_is_recorded(
    auditor: Client, town: Organisation, busy: Scope
) -> None:
    answer = auditor.post(address(town, "export.csv"), {"event": "people.loaded"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert town.code in answer["Content-Disposition"]
    heading, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = dict(zip(heading, row, strict=True))
    assert told["操作した人"] == "job:7"
    assert told["操作名"] == "住民の記録をまとめて読み込んだ"
    assert told["根拠"] == "'=1+1", "a spreadsheet must not run it"
    assert json.loads(told["詳細"]) == {"rows": 3}
    assert told["日時"].endswith("+09:00")
    facts = json.loads(rows_of(busy)[-1][0])
    assert facts["event"] == "ledger.exported"
    assert facts["details"] == {"event": "people.loaded", "rows": 1, "without_looks": True}


def test_the_export_is_by_post_only(auditor: Client, town: Organisation) -> None:
    assert auditor.get(address(town, "export.csv")).status_code == 405


@pytest.mark.usefixtures("busy")
def test_the_seals_page_shows_checkpoint_and_witnesses_and_verifies(auditor: Client, town: Organisation) -> None:
    assert "まだ封印がありません" in page(auditor, address(town, "seals/"))
    seal(organisations=[town.code])
    text = page(auditor, address(town, "seals/"))
    assert "署名は正しい" in text
    assert "operator" in text
    assert "最新" in text
    assert f"machikumo/ledger/{town.code}" in text
    answer = html.unescape(auditor.post(address(town, "seals/")).content.decode())
    assert "すべての行が封印のとおりです" in answer


def test_the_seals_page_names_what_is_wrong(
    auditor: Client, town: Organisation, busy: Scope, as_superuser: Callable[[], Any]
) -> None:
    seal(organisations=[town.code])
    row = rows_of(busy, "id")[0][0]
    with as_superuser() as attacker:
        attacker.execute("DELETE FROM ledger_entry WHERE id = %s", [row])
    answer = html.unescape(auditor.post(address(town, "seals/")).content.decode())
    assert f"1 行目 {row}: 行が消されています" in answer
    facts = json.loads(rows_of(busy)[-1][0])
    assert facts["details"] == {"findings": 1, "is_right": False, "rows": 3}


def test_the_seals_page_warns_of_a_rollback_and_a_forged_checkpoint(
    auditor: Client, town: Organisation, busy: Scope, as_superuser: Callable[[], Any]
) -> None:
    seal(organisations=[town.code])
    with entered(busy):
        record(busy, event="setting.changed")
    seal(organisations=[town.code])
    with as_superuser() as attacker:
        attacker.execute(
            "DELETE FROM ledger_checkpoint WHERE organisation_id = %s AND tree_size = "
            "(SELECT max(tree_size) FROM ledger_checkpoint WHERE organisation_id = %s)",
            [town.pk, town.pk],
        )
        attacker.execute("UPDATE ledger_checkpoint SET note = 'x' WHERE organisation_id = %s", [town.pk])
    text = page(auditor, address(town, "seals/"))
    assert "証人のほうが多くの行を知っています" in text
    assert "署名が正しくありません" in text
    assert "データベースより先" in text


@pytest.mark.usefixtures("busy")
def test_a_log_too_long_for_a_page_is_left_to_the_command(
    auditor: Client, town: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal(organisations=[town.code])
    monkeypatch.setattr(views, "MOST_VERIFIED_AT_ONCE", 1)
    text = page(auditor, address(town, "seals/"))
    assert f"machikumo ledger verify --organisation {town.code}" in text
    answer = html.unescape(auditor.post(address(town, "seals/")).content.decode())
    assert "封印のとおりです" not in answer


@pytest.mark.parametrize("rest", ["", "seals/", "subjects/person:1/"])
def test_only_those_with_the_permission_see_the_pages(
    client: Client, town: Organisation, signed_in: SignIn, rest: str
) -> None:
    assert client.get(address(town, rest)).status_code == 302
    signed_in(client, town, "desk_clerk")
    assert client.get(address(town, rest)).status_code == 403


def test_a_long_subject_is_shown_short_and_leads_to_its_record(
    auditor: Client, town: Organisation, scope: Scope
) -> None:
    subject = f"person:{uuid.uuid4()}"
    with entered(scope):
        record(scope, event="person.viewed", subject=subject)
    text = page(auditor, address(town))
    shown = subject_words(subject)[0]
    assert shown.startswith("住民")
    assert len(shown) < len(subject)
    assert f'subjects/{subject}/" title="{subject}">{shown}</a>' in text


@pytest.mark.usefixtures("busy")
def test_the_pages_speak_english_too(auditor: Client, town: Organisation) -> None:
    auditor.cookies["machikumo_language"] = "en"
    text = page(auditor, address(town))
    assert "Viewed a resident's record" in text
    assert "Background work 7" in text


def test_the_filters_of_a_page_become_those_of_the_export(auditor: Client, town: Organisation, busy: Scope) -> None:
    text = page(auditor, address(town, "?event=person.viewed"))
    assert '<input type="hidden" name="event" value="person.viewed">' in text
    assert Filters(event="person.viewed").event in {row[0] for row in rows_of(busy, "event")}
