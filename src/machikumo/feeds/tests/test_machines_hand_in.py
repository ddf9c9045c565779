"""REST: a machine hands files and rows in by its token, and asks what is missing."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.feeds import api
from machikumo.feeds.tests import hand
from machikumo.feeds.working import apply_waiting
from machikumo.organisations.actions import machines

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope


@pytest.fixture
def feed(scope: Scope) -> Feed:
    """A feed of standard rows."""
    return hand.feed(scope)


@pytest.fixture
def token(scope: Scope) -> str:
    """A token that may hand in."""
    machine = machines.register_machine(scope, key="kasumi", name="霞", permissions={"feeds.receive"})
    return machines.issue_token(scope, machine_id=machine.pk)[1]


def send(client: Client, scope: Scope, token: str, path: str, data: bytes, **headers: str) -> HttpResponse:
    """A PUT with the token."""
    address = f"/{scope.organisation_code}/api/feeds/{path}"
    given = {"Authorization": f"Bearer {token}", **headers}
    return client.put(address, data, content_type="text/csv", headers=given)  # type: ignore[return-value]


def rows(client: Client, scope: Scope, token: str, content: Any, path: str = "std/rows") -> HttpResponse:
    """Rows as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    address = f"/{scope.organisation_code}/api/feeds/{path}"
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(address, text, content_type="application/json", headers=headers)  # type: ignore[return-value]


def digest_of(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_a_file_is_handed_in_once_and_told_as_repeated_after(
    client: Client, scope: Scope, feed: Feed, token: str
) -> None:
    name, data = hand.made(scope, feed, 1, hand.row())
    first = send(client, scope, token, f"std/files/{name}", data, **{"Content-Digest": digest_of(data)})
    assert (first.status_code, first.json()["verdict"], first.json()["position"]) == (201, "taken", 1)  # type: ignore[attr-defined]
    apply_waiting(scope, feed.pk)
    again = send(client, scope, token, f"std/files/{name}", data)
    assert (again.status_code, again.json()["verdict"]) == (200, "repeated")  # type: ignore[attr-defined]
    assert again.json()["applied_at"]  # type: ignore[attr-defined]
    assert hand.history(scope) == [(1, 0)]
    assert first["Cache-Control"] == "no-store"


def test_other_content_is_refused_and_the_gap_is_named(client: Client, scope: Scope, feed: Feed, token: str) -> None:
    name, data = hand.made(scope, feed, 2, hand.row())
    taken = send(client, scope, token, f"std/files/{name}", data)
    assert taken.json()["missing"] == ["D_20260402_0001.csv"]  # type: ignore[attr-defined]
    other = send(client, scope, token, f"std/files/{name}", hand.made(scope, feed, 2, hand.row(sex="2"))[1])
    assert (other.status_code, other.json()["verdict"]) == (409, "other_content")  # type: ignore[attr-defined]
    state = client.get(f"/{scope.organisation_code}/api/feeds/std/", headers={"Authorization": f"Bearer {token}"})
    assert state.json()["missing"] == [{"position": 1, "name": "D_20260402_0001.csv"}]
    assert state.json()["last_position"] == 0


def test_rows_as_json_become_a_file_like_any_other(client: Client, scope: Scope, feed: Feed, token: str) -> None:
    person = hand.row()
    named = {"atenabango" if key == "addressee_number" else key: value for key, value in person.items()}
    answer = rows(client, scope, token, {"sequence": 1, "date": "2026-04-02", "rows": [named]})
    assert (answer.status_code, answer.json()["name"]) == (201, "D_20260402_0001.csv")  # type: ignore[attr-defined]
    apply_waiting(scope, feed.pk)
    assert hand.present(scope).name == person["name"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "オブジェクト"),
        ("{", "オブジェクト"),
        ({"sequence": 1, "date": "2026-04-02"}, "rows"),
        ({"sequence": "x", "rows": []}, "sequence"),
        ({"sequence": 1, "date": "2026-02-30", "rows": []}, "date"),
        ({"sequence": 1, "date": "2026-04-02", "rows": [{"who": "x"}]}, "who"),
        ({"sequence": 1, "date": "2026-04-02", "rows": [{"name": 1}]}, "1 行目"),
        ({"sequence": 1, "date": "2026-04-02", "rows": ["x"]}, "1 行目"),
    ],
)
def test_json_that_cannot_be_rows_is_refused_in_words(
    client: Client, scope: Scope, feed: Feed, token: str, content: Any, words: str
) -> None:
    answer = rows(client, scope, token, content)
    assert answer.status_code == 400, feed
    assert words in answer.json()["message"]  # type: ignore[attr-defined]


def test_too_much_json_and_a_wrong_digest_are_refused(
    client: Client, scope: Scope, feed: Feed, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_JSON", 10)
    assert rows(client, scope, token, {"sequence": 1, "rows": []}).status_code == 400
    name, data = hand.made(scope, feed, 1, hand.row())
    for header in (digest_of(b"other"), "sha-256=:%%:", "md5=:aaaa:", "sha-256=:a:"):
        answer = send(client, scope, token, f"std/files/{name}", data, **{"Content-Digest": header})
        assert answer.status_code == 400, header
    assert hand.arrive(scope, feed, name, data).verdict == "taken"


def test_an_unknown_feed_is_not_found_and_a_token_for_something_else_opens_nothing(
    client: Client, scope: Scope, token: str, feed: Feed
) -> None:
    assert rows(client, scope, token, {"sequence": 1, "rows": []}, "none/rows").status_code == 404
    kiosk = machines.register_machine(scope, key="kiosk", name="端末", permissions={"machine.issue"})
    other = machines.issue_token(scope, machine_id=kiosk.pk)[1]
    answer = rows(client, scope, other, {"sequence": 1, "rows": []})
    assert answer.status_code == 403, feed
    assert rows(client, scope, "", {}).status_code == 401
