"""Every page and file of the desk that shows a person: the look stands in that person's own access record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.isolation.test_every_address import filled, tenant_routes

from machikumo.certificates import issuing
from machikumo.certificates.domain.requests import RequestKind
from machikumo.certificates.tests.conftest import Town, move_in
from machikumo.certificates.tests.examples import FAMILY, FOREIGN
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions as register
from machikumo.register.domain.terms import Search, name_terms
from machikumo.register.models import Person, PersonVersion
from machikumo.register.queries import PRESENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SignIn = Any
ROLES = ("desk_clerk", "section_head", "information_officer", "auditor")
SEARCHES = ("work_search", "register:find")


@pytest.fixture
def home(scope: Scope) -> Town:
    """Two families in a fresh town."""
    return move_in(scope, FAMILY, FOREIGN)


@pytest.fixture
def furnished(home: Town) -> dict[str, Any]:
    """What addresses can name: a person, and the issued certificate of the family."""
    order = home.order(kind=RequestKind.SELF, requester_name=names(home.scope)[home.people[1]])
    request = issuing.issue(home.scope, order=order, idempotency_key=str(uuid4()))
    assert request.state == "released", request.end_reason
    return {"person_id": home.people[1], "request_id": request.pk, "subject": "person:1"}


def names(scope: Scope) -> dict[int, str]:
    """The present name of everybody here, by id."""
    with entered(scope):
        found = PersonVersion.objects.within(scope).filter(**PRESENT)
        return dict(found.values_list("person_id", "name"))


def subjects(scope: Scope) -> dict[int, str]:
    """How the ledger names everybody here, by id."""
    with entered(scope):
        return {person.pk: f"person:{person.token}" for person in Person.objects.within(scope).all()}


def told(scope: Scope, subject: str) -> int:
    """How many rows stand in that person's access record."""
    return len(ledger.access_record_of(scope, subject, limit=10_000))


def body_of(answer: Any) -> str:
    """The whole of the answer as text."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def silent_looks(scope: Scope, paths: list[str], ask: Callable[[str], Any]) -> list[str]:
    """The addresses whose answer shows somebody to whose access record nothing was added."""
    people, known = names(scope), subjects(scope)
    silent = []
    for path in paths:
        before = {person_id: told(scope, subject) for person_id, subject in known.items()}
        body = body_of(ask(path))
        shown = [person_id for person_id, name in people.items() if name in body]
        silent += [f"{path} shows {one}" for one in shown if told(scope, known[one]) == before[one]]
    return silent


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_the_desk_shows_a_person_without_a_row_of_that_person(
    client: Client, town: Organisation, home: Town, furnished: dict[str, Any], signed_in: SignIn, role: str
) -> None:
    signed_in(client, town, role)
    paths = [filled(route, town.code, furnished) for route in tenant_routes()]
    paths.append(f"/{town.code}/work/certificates/new/?person={home.people[1]}")
    assert silent_looks(home.scope, paths, client.get) == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("place", SEARCHES)
def test_no_search_shows_a_person_without_a_row_of_that_person(
    client: Client, town: Organisation, home: Town, signed_in: SignIn, role: str, place: str
) -> None:
    signed_in(client, town, role)
    family = names(home.scope)[home.people[1]].split("\u3000")[0]
    sent = {"q": family, "name": family, "ground": "resident_request"}
    path = reverse(place, args=[town.code])
    assert silent_looks(home.scope, [path], lambda where: client.post(where, sent)) == []


def test_the_walk_finds_pages_that_show_somebody(
    client: Client, town: Organisation, home: Town, furnished: dict[str, Any], signed_in: SignIn
) -> None:
    name = names(home.scope)[home.people[1]]
    signed_in(client, town, "desk_clerk")
    shown = {route for route in tenant_routes() if name in body_of(client.get(filled(route, town.code, furnished)))}
    assert {"<slug:code>/work/certificates/", "<slug:code>/work/certificates/<uuid:request_id>/"} <= shown
    assert "<slug:code>/work/residents/<int:person_id>/" in shown


def test_the_book_of_certificates_is_a_row_of_each_person_in_it(
    client: Client, town: Organisation, home: Town, furnished: dict[str, Any], signed_in: SignIn
) -> None:
    auditor = signed_in(client, town, "auditor")
    known = subjects(home.scope)
    client.get(reverse("certificates:list", args=[town.code]))
    client.get(reverse("certificates:detail", args=[town.code, furnished["request_id"]]))

    def looks(example: int) -> list[tuple[str, str, str]]:
        rows = ledger.access_record_of(home.scope, known[home.people[example]])
        facts = [json.loads(row.canonical) for row in rows if row.event == "certificate.viewed"]
        return [(look["actor"], look["role"], look["ground"]) for look in facts]

    assert looks(1) == looks(2) == [(f"account:{auditor.pk}", "auditor", "self")] * 2
    assert [looks(member.person_id) for member in FOREIGN.members] == [[]] * len(FOREIGN.members)


def test_a_release_and_each_opening_of_the_paper_stand_in_the_record_of_whom_it_shows(
    client: Client, town: Organisation, home: Town, furnished: dict[str, Any], signed_in: SignIn
) -> None:
    signed_in(client, town, "desk_clerk")
    client.get(reverse("certificates:document", args=[town.code, furnished["request_id"]]))
    events = [row.event for row in ledger.access_record_of(home.scope, subjects(home.scope)[home.people[2]])]
    assert events.count("person.certified") == 1
    assert events.count("certificate.opened") == 1


def test_a_search_is_one_statement_of_the_ledger_however_many_it_shows(home: Town) -> None:
    family = names(home.scope)[home.people[1]].split("\u3000")[0]
    with entered(home.scope), CaptureQueriesContext(connection) as heard:
        found = register.search(home.scope, terms=Search(name_terms(family)))
    assert len(found) > 1
    assert len([one for one in heard.captured_queries if "INSERT INTO ledger_entry" in one["sql"]]) == 1
