"""The exit package in a stranger's hands: with the key, everything is there to be read; without it, nothing."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from machikumo.certificates import issuing, queries
from machikumo.certificates.checking import paper_bytes
from machikumo.certificates.domain.options import Options
from machikumo.certificates.domain.states import State
from machikumo.certificates.models import CertificateDocument
from machikumo.certificates.safekeeping import SealBroken
from machikumo.certificates.tests.conftest import Town, individual_number, move_in, record_code
from machikumo.certificates.tests.examples import FAMILY, FOREIGN
from machikumo.kernel.errors import Forbidden
from machikumo.kernel.files.actions import open_file, store_file
from machikumo.kernel.files.closing import NotAKey, new_key, open_closed
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.numbers.actions import open_all_numbers
from machikumo.kernel.tenancy.doors import entered, set_organisation
from machikumo.operations import actions
from machikumo.operations.domain.package import verify
from machikumo.operations.tests.opening import made, opened
from machikumo.register.models import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def home(scope: Scope) -> Town:
    return move_in(scope, FAMILY, FOREIGN)


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


def test_with_the_key_numbers_papers_and_files_are_there_to_be_read(home: Town) -> None:
    scope = home.scope
    request = issuing.issue(scope, order=home.order(), idempotency_key="k1")
    assert request.state == State.RELEASED.value
    kept = store_file(scope, name="旧　台帳.csv", chunks=["葛城".encode("cp932")], purpose="move_in")
    whole = opened(scope, made(scope).token)
    parts = {part.name: part for part in verify(whole)}
    with zipfile.ZipFile(whole) as archive:
        numbers = {(one["subject"], one["kind"]): one["number"] for one in lines(archive, "numbers/numbers.jsonl")}
        paper = archive.read(f"certificates/papers/{request.pk}.pdf")
        file = archive.read(f"files/{kept.token}")
        people = {one["addressee_number"]: one["token"] for one in lines(archive, "tables/register_person.jsonl")}
    with entered(scope):
        assert paper == paper_bytes(scope, queries.request_of(scope, request.pk))
    assert paper.startswith(b"%PDF")
    assert hashlib.sha256(paper).hexdigest() == request.document_sha256
    assert parts[f"certificates/papers/{request.pk}.pdf"].sha256 == request.document_sha256
    assert file == "葛城".encode("cp932")
    assert len(numbers) == 2 * len(home.people)
    for example in home.people:
        token = people[f"{example:015d}"]
        assert numbers[token, "individual_number"] == individual_number(example)
        assert numbers[token, "resident_record_code"] == record_code(example)


def test_every_opening_is_in_the_ledger_with_its_purpose(home: Town) -> None:
    made(home.scope)
    rows = ledger.entries_of(home.scope, ledger.Filters(event="number.opened"), limit=500)
    with entered(home.scope):
        tokens = {f"person:{token}" for token in Person.objects.within(home.scope).values_list("token", flat=True)}
    assert len(rows) == 2 * len(tokens)
    events = set(ledger.events_of(home.scope))
    assert {"numbers.opened", "certificates.exported", "organisation.exported"} <= events


def test_without_the_key_there_is_nothing_to_read(home: Town) -> None:
    stored = made(home.scope)
    _, place = open_file(home.scope, token=stored.token)
    closed = place.read_bytes()
    assert not zipfile.is_zipfile(io.BytesIO(closed))
    assert individual_number(1).encode() not in closed
    with pytest.raises(NotAKey):
        open_closed(io.BytesIO(closed), io.BytesIO(), new_key()[1])


def test_without_a_recipient_no_package_is_made(home: Town) -> None:
    with pytest.raises(NotAKey):
        actions.make_exit_package(home.scope, recipient="")
    assert "number.opened" not in ledger.events_of(home.scope)


def test_a_paper_that_was_altered_does_not_leave(home: Town) -> None:
    issuing.issue(home.scope, order=home.order(options=Options()), idempotency_key="k1")
    with entered(home.scope):
        paper = CertificateDocument.objects.within(home.scope).get()
        altered = bytes(paper.sealed)[:-1] + bytes([bytes(paper.sealed)[-1] ^ 1])
    tamper(home.scope, paper.pk, altered)
    with pytest.raises(SealBroken):
        made(home.scope)


def tamper(scope: Scope, document: int, sealed: bytes) -> None:
    """As whoever has the database alone could do."""
    with transaction.atomic(using="migration"):
        set_organisation(scope.organisation_id, using="migration")
        rows = CertificateDocument._base_manager.using("migration").filter(pk=document)
        assert rows.update(sealed=sealed) == 1


def test_numbers_are_opened_all_at_once_for_leaving_only_and_by_who_may(
    town: Organisation, home: Town, scope_of: Callable[..., Scope]
) -> None:
    clerk = scope_of(town, permissions=frozenset({"number.open", "layouts.export"}))
    for purpose in ("leaving", "curiosity"):
        with pytest.raises(Forbidden):
            open_all_numbers(clerk, purpose=purpose, ground="exit_package")
    with entered(home.scope):
        batches = list(open_all_numbers(home.scope, purpose="leaving", ground="exit_package", size=3))
    assert len(batches) == 2 * len(home.people)


def test_a_town_takes_its_own_numbers_and_papers_only(
    home: Town, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(other_town)
    with zipfile.ZipFile(opened(other, made(other).token)) as archive:
        assert archive.read("numbers/numbers.jsonl") == b""
        assert not [name for name in archive.namelist() if name.startswith("certificates/papers/")]
    assert home.people
