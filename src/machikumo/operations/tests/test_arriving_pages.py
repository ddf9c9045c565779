"""Loading a package in the browser, and reading the ledger of the installation before."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.kernel.errors import NotPermitted
from machikumo.kernel.files.closing import ClosedWriter
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.jobs.queries import run_of, runs
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation
from machikumo.operations import actions, receiving
from machikumo.operations.arriving.rights import with_rights
from machikumo.operations.domain.package import PackageFault
from machikumo.operations.queries import former_ledgers, is_empty
from machikumo.operations.tests.leaving_town import Left, lived_in, scope_in
from machikumo.operations.tests.repacking import load_here, made_anew
from machikumo.register.models import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope


@pytest.fixture(scope="module")
def left(database: str, tmp_path_factory: pytest.TempPathFactory) -> Left:
    assert database
    return lived_in(tmp_path_factory.mktemp("left"), papers=False)


@pytest.fixture
def fresh(make_organisation: Callable[..., Organisation]) -> Organisation:
    return make_organisation(code=f"t{secrets.token_hex(6)}")


def upload_of(left: Left, code: str) -> tuple[SimpleUploadedFile, str]:
    """The package as it comes for this installation's key, and the fingerprint that somebody reads out."""
    import io

    content = made_anew(left.content, code=code)
    out = io.BytesIO()
    with ClosedWriter(out, receiving.public_key()) as writer:
        writer.write(content)
    from machikumo.operations.domain.package import manifest_of, opened

    with opened(io.BytesIO(content)) as archive:
        return SimpleUploadedFile("town.zip.age", out.getvalue()), manifest_of(archive).signer


def test_the_page_gives_a_key_and_takes_the_package_that_was_closed_for_it(
    client: Client, fresh: Organisation, left: Left, signed_in: Callable[..., object]
) -> None:
    signed_in(client, fresh, "information_officer")
    page = f"/{fresh.code}/work/operations/load/"
    assert f"{page}" in client.get(f"/{fresh.code}/work/operations/").content.decode()
    assert receiving.public_key() in client.get(page).content.decode()
    file, signer = upload_of(left, fresh.code)
    wrong = client.post(page, {"file": file, "signer": "12"})
    assert "64桁の英数字" in wrong.content.decode()
    file.seek(0)
    answer = client.post(page, {"file": file, "signer": signer.upper()})
    assert answer.status_code == 302, answer.content.decode()
    scope = scope_in(fresh)
    with entered(scope):
        run = runs(scope).get(kind="operations.load_package")
    assert sorted(run.permissions) == ["layouts.move_in", "operations.load"]
    perform(fresh.pk, run.pk)
    with entered(scope):
        done = run_of(scope, run.pk)
        assert done.state == "succeeded", done.note_en
        assert Person.objects.within(scope).count() == len(left.home.people)
        incoming = StoredFile.objects.within(scope).get(purpose="incoming_package")
        assert incoming.removed_at is not None
    again = client.get(page).content.decode()
    assert "この団体にはすでにデータがあります" in again
    assert 'type="file"' not in again


def test_a_refused_package_leaves_its_reason_in_the_log_and_nothing_else(
    client: Client, fresh: Organisation, left: Left, signed_in: Callable[..., object]
) -> None:
    signed_in(client, fresh, "information_officer")
    file, _signer = upload_of(left, fresh.code)
    client.post(f"/{fresh.code}/work/operations/load/", {"file": file, "signer": "0" * 64})
    scope = scope_in(fresh)
    with entered(scope):
        run = runs(scope).get(kind="operations.load_package")
    perform(fresh.pk, run.pk)
    with entered(scope):
        done = run_of(scope, run.pk)
        assert done.state == "failed"
        assert "署名した鍵が違います" in done.note_ja
        assert is_empty(scope)


def test_another_towns_package_is_not_loaded_and_makes_no_town(fresh: Organisation, left: Left) -> None:
    other = f"t{secrets.token_hex(6)}"
    file, signer = upload_of(left, other)
    scope = scope_in(fresh, permissions=frozenset({"operations.load"}))
    run = actions.receive_package(scope, name="x.age", chunks=[file.read()], signer=signer)
    perform(fresh.pk, run.pk)
    with entered(scope):
        assert f"これは団体 {other} のパッケージです" in run_of(scope, run.pk).note_ja
    assert not Organisation.objects.filter(code=other).exists()


def test_who_may_not_load_sees_no_page(
    client: Client, fresh: Organisation, signed_in: Callable[..., object], scope_of: Callable[..., Scope]
) -> None:
    signed_in(client, fresh, "desk_clerk")
    assert client.get(f"/{fresh.code}/work/operations/load/").status_code == 403
    with pytest.raises(NotPermitted):
        with_rights(scope_of(fresh, permissions=frozenset({"operations.view"})))


def test_the_auditor_reads_and_verifies_the_former_ledger(
    client: Client, left: Left, signed_in: Callable[..., object]
) -> None:
    code = f"t{secrets.token_hex(6)}"
    load_here(made_anew(left.content, code=code))
    town = Organisation.objects.get(code=code)
    signed_in(client, town, "auditor")
    page = f"/{code}/work/operations/former/1/"
    shown = client.get(page).content.decode()
    assert "旧環境の記録" in shown
    assert "鈴木　一郎" in shown
    assert "すべての行が封印のとおりです" in client.post(page).content.decode()
    assert client.get(f"/{code}/work/operations/former/2/").status_code == 404
    with entered(scope_in(town)):
        token = Person.objects.within(scope_in(town)).get(addressee_number=f"{1:015d}").token
    record = client.get(f"/{code}/work/ledger/subjects/person:{token}/").content.decode()
    assert "旧環境の記録" in record
    assert "鈴木　一郎" in record
    assert page in client.get(f"/{code}/work/ledger/seals/").content.decode()
    client.cookies["machikumo_language"] = "en"
    assert "Record of the former installation" in client.get(page).content.decode()


def test_a_former_ledger_that_was_altered_is_found(
    client: Client, left: Left, signed_in: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"t{secrets.token_hex(6)}"
    load_here(made_anew(left.content, code=code))
    town = Organisation.objects.get(code=code)
    scope = scope_in(town)
    real = actions.queries.former_lines

    def altered(scope: Scope, number: int) -> Any:
        for line in real(scope, number):
            yield re.sub(rb'"role":"[a-z_]+"', b'"role":"mayor"', line, count=1)

    monkeypatch.setattr(actions.queries, "former_lines", altered)
    with pytest.raises(PackageFault, match="封印と違います"):
        actions.verify_former_ledger(scope, number=1)
    signed_in(client, town, "auditor")
    told = client.post(f"/{code}/work/operations/former/1/").content.decode()
    assert "異常が見つかりました" in told
    with entered(scope):
        assert former_ledgers(scope).count() == 1
