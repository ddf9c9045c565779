"""Every address of town A, tried by the clerk of town B with every role: nothing but 404, and never a word of A's."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from machikumo.comparisons import actions as comparisons
from machikumo.comparisons import queries as comparison_queries
from machikumo.cutover import actions as cutover
from machikumo.cutover.queries import plans as cutover_plans
from machikumo.definitions import actions as definitions
from machikumo.definitions import relating
from machikumo.kernel.approvals.models import Approval
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations.actions import machines
from machikumo.register import actions as register
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.models import Household, Person, PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SECRET = "秘密花子"
ROLES = ("desk_clerk", "section_head", "information_officer", "auditor")


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address pattern with its whole route."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def tenant_routes() -> list[str]:
    """The routes that name an organisation and are for its people only."""
    found = []
    for route, entry in patterns(get_resolver()):
        kind = getattr(entry.callback, "machikumo_page", None)
        if "<slug:code>" in route and not (kind and kind[0] in {"public", "machine"}):
            found.append(route)
    return sorted(set(found))


def machine_routes() -> list[str]:
    """The routes that name an organisation and are for machines with a token."""
    every = patterns(get_resolver())
    return [route for route, entry in every if getattr(entry.callback, "machikumo_page", ("",))[0] == "machine"]


def filled(route: str, code: str, numbers: dict[str, Any]) -> str:
    """The route with values: the town's own objects where we know them."""
    path = "/" + route
    while "<" in path:
        start, end = path.index("<"), path.index(">")
        kind, _, name = path[start + 1 : end].rpartition(":")
        value = {"code": code}.get(name, numbers.get(name))
        if value is None:
            value = uuid.UUID(int=1) if kind == "uuid" else 1 if kind == "int" else "x"
        path = path[:start] + str(value) + path[end + 1 :]
    return path.replace("\\Z", "").replace("^", "").replace("$", "")


@pytest.fixture
def furnished(scope: Scope) -> dict[str, Any]:
    """One object of each kind in town A, each with a word that must never be seen elsewhere."""
    with entered(scope):
        person = Person.objects.add(scope, addressee_number="000000000000001")
        household = Household.objects.add(scope, number=SECRET)
        PersonVersion.objects.add(
            scope, person=person, household=household, name=SECRET, history_number=1, history_branch=0, is_latest=True
        )
        approval = Approval.objects.within(scope).first()
    stored = store_file(scope, name=f"{SECRET}.csv", chunks=[SECRET.encode()], purpose="test")
    run = jobs.start(scope, kind="jobs.count", idempotency_key=SECRET, arguments={"total": 0, "seconds": 0})
    block = register.add_block(
        scope,
        person_id=person.pk,
        level=BlockLevel.REFUSE,
        starts_on=date(2026, 1, 1),
        ends_on=None,
        section=SECRET,
    )
    own = definitions.copy_layout(scope, key="secret", name=SECRET, shipped_key="seal-registration")
    definitions.publish(scope, own_layout_id=own.pk)
    start = datetime(2030, 1, 1, tzinfo=UTC)
    plan = cutover.make_plan(
        scope,
        system="resident_record",
        name=SECRET,
        freeze_starts_at=start,
        freeze_ends_at=start + timedelta(days=1),
        closed=[],
    )
    compared = comparisons.draw_sample(scope, name=SECRET, seed="1", size=1, today=date(2026, 4, 1))
    with entered(scope):
        sampled = comparison_queries.people_of(scope, compared)[0]
        step = cutover_plans.steps_of(scope, plan)[0]
    pair = {"source": "vendor-minato-resident", "target": "resident-standard"}
    mapping = relating.begin_mapping(scope, key="secret", name=SECRET, **pair)
    relating.publish_mapping(scope, own_mapping_id=mapping.pk)
    return {
        "person_id": person.pk,
        "own_layout_id": own.pk,
        "plan_id": plan.pk,
        "step_id": step.pk,
        "comparison_id": compared.pk,
        "sampled_id": sampled.pk,
        "own_mapping_id": mapping.pk,
        "run_id": run.pk,
        "block_id": block.pk,
        "token": stored.token,
        "approval_id": approval.pk if approval else 1,
    }


def test_there_are_addresses_to_try(database: str) -> None:
    assert database
    assert len(tenant_routes()) >= 15


def test_nobody_gets_into_another_town(
    client: Client,
    town: Organisation,
    other_town: Organisation,
    furnished: dict[str, Any],
    signed_in: Callable[..., Any],
) -> None:
    signed_in(client, other_town, *ROLES)
    wrong = []
    for route in tenant_routes():
        path = filled(route, town.code, furnished)
        for answer in (client.get(path), client.post(path)):
            body = getattr(answer, "content", b"").decode("utf-8", "replace")
            if answer.status_code not in {404, 405} or SECRET in body or town.name in body:
                wrong.append((path, answer.status_code))
    assert wrong == []


def test_another_towns_objects_are_not_found_under_ones_own_address(
    client: Client,
    town: Organisation,
    other_town: Organisation,
    furnished: dict[str, Any],
    signed_in: Callable[..., Any],
) -> None:
    signed_in(client, other_town, *ROLES)
    wrong = []
    for route in tenant_routes():
        path = filled(route, other_town.code, furnished)
        body = getattr(client.get(path), "content", b"").decode("utf-8", "replace")
        if SECRET in body or town.name in body:
            wrong.append(path)
    assert wrong == []


def test_somebody_who_has_not_signed_in_is_sent_to_the_sign_in_page(
    client: Client, town: Organisation, furnished: dict[str, Any]
) -> None:
    for route in tenant_routes():
        answer = client.get(filled(route, town.code, furnished))
        assert answer.status_code in {302, 404, 405}, route
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in/")


def test_no_browser_keeps_a_page_of_ones_work(
    client: Client, town: Organisation, furnished: dict[str, Any], signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, *ROLES)
    shown = {path: client.get(path) for path in (filled(route, town.code, furnished) for route in tenant_routes())}
    pages = {path: answer for path, answer in shown.items() if answer.status_code == 200}
    assert any(SECRET in answer.content.decode("utf-8", "replace") for answer in pages.values() if not answer.streaming)
    kept = [path for path, answer in pages.items() if "no-store" not in answer.headers.get("Cache-Control", "")]
    assert kept == []


def test_no_machine_gets_into_another_town_whatever_token_it_has(
    client: Client, town: Organisation, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    scope = scope_of(other_town)
    machine = machines.register_machine(scope, key="sender", name="送信", permissions={"feeds.receive"})
    _row, token = machines.issue_token(scope, machine_id=machine.pk)
    assert len(machine_routes()) >= 3
    for route in machine_routes():
        path = filled(route, town.code, {})
        nowhere = filled(route, "no-such-town", {})
        for headers in ({}, {"Authorization": f"Bearer {token}"}, {"Authorization": "Bearer mk1_000000000000_x"}):
            for answer in (client.get(path, headers=headers), client.post(path, headers=headers)):
                assert answer.status_code in {401, 405}, route
                assert town.name not in answer.content.decode()
            assert client.get(nowhere, headers=headers).content == client.get(path, headers=headers).content
