"""The mapping editor without scripts: from two layouts to an edition that a move-in reads, by forms alone."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.utils import ProgrammingError

from machikumo.definitions import relating
from machikumo.definitions.models import MappingEdition, OwnMapping
from machikumo.definitions.queries import mappings as queries
from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.own_layouts import mapping_for, own_mappings
from machikumo.layouts.tests.makers import KASUMI, MINATO, file_of, kasumi_row, minato_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PEOPLE = file_of(MINATO.source, [minato_row(number) for number in range(1, 12)])


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Callable[..., Any]) -> Client:
    signed_in(client, town, "information_officer")
    return client


@pytest.fixture
def define(scope_of: Callable[..., Scope], town: Organisation) -> Scope:
    return scope_of(town, permissions=frozenset({"layouts.define", "layouts.view", "layouts.move_in", "files.view"}))


def begun(scope: Scope, key: str = "ours", **more: Any) -> OwnMapping:
    facts = {"source": "vendor-minato-resident", "target": "resident-standard"} | more
    return relating.begin_mapping(scope, key=key, name="当市の変換", **facts)


def sent(client: Client, address: str, **changes: Any) -> Any:
    """Post the form of a page as it stands, with changes."""
    form = client.get(address).context["form"]
    facts = {name: form.initial.get(name, form.fields[name].initial) for name in form.fields}
    return client.post(address, {name: v for name, v in (facts | changes).items() if v not in {None, False}})


def base_of(scope: Scope, own: OwnMapping) -> str:
    return f"/{scope.organisation_code}/work/layouts/mappings/{own.pk}/"


def test_an_officer_makes_a_mapping_answers_and_publishes_by_forms(officer: Client, define: Scope) -> None:
    base = f"/{define.organisation_code}/work/layouts/mappings/"
    file = SimpleUploadedFile("people.csv", PEOPLE)
    facts = {"key": "ours", "name": "当市の変換", "source": "vendor-minato-resident", "target": "resident-standard"}
    answer = officer.post(f"{base}new/", facts | {"file": file})
    draft = answer["Location"]
    page = officer.get(draft).content.decode()
    assert "見本の値の" in page
    assert "可逆" in page
    assert "A06" in page
    with entered(define):
        own = queries.own_mappings(define).get()
        assert "渡邉" not in str(own.draft) + str(own.proposals)
    note = f"{draft}targets/remarks/"
    assert officer.get(note).status_code == 200
    assert sent(officer, note, do="clear").status_code == 302
    page = officer.get(draft).content.decode()
    assert "備考" in page
    assert "行き先が決まっていません" in page
    assert "行き先が決まっていません" in sent(officer, f"{draft}publish/").content.decode()
    assert sent(officer, f"{draft}answers/", **{"reason-note": "旧システムの内部メモのため"}).status_code == 302
    assert "内部メモ" in officer.get(draft).content.decode()
    edition = sent(officer, f"{draft}publish/", note="初版")["Location"]
    page = officer.get(edition).content.decode()
    assert "初版" in page
    assert "内部メモ" in page
    tables = tomllib.loads(officer.get(f"{edition}file/").content.decode())
    assert tables["dropped"] == [{"item": "note", "reason": "旧システムの内部メモのため"}]
    with entered(define):
        assert own_mappings(define) == [(f"own:{own.pk}.1", "当市の変換 第1版")]
        found = mapping_for(define, f"own:{own.pk}.1")
        assert found.digest == MappingEdition.objects.within(define).get().digest
        assert found.left_out == {"note": "旧システムの内部メモのため"}
    assert "当市の変換 第1版" in officer.get(f"/{define.organisation_code}/work/move/new/").content.decode()
    assert "当市の変換" in officer.get(base).content.decode()


def test_sources_and_steps_are_chosen_by_hand(officer: Client, define: Scope) -> None:
    own = begun(define)
    address = f"{base_of(define, own)}targets/address_set_on/"
    assert "住定日" in officer.get(address).content.decode()
    taken = sent(officer, address, first="birth_date", do="sources")
    assert "もう使っています" in taken.content.decode()
    assert sent(officer, address, first="fixed_on", do="sources").status_code == 302
    step = f"{address}step/?kind=constant"
    assert sent(officer, step, value="2026-04-01").status_code == 302
    page = officer.get(address).content.decode()
    assert "不可逆" in page
    assert sent(officer, address, do="remove-1").status_code == 302
    assert "不可逆" not in officer.get(address).content.decode().partition("<form")[2].partition("</form>")[0]
    none = f"{base_of(define, own)}targets/name_priority/"
    assert sent(officer, none, first="", do="sources").status_code == 302
    with entered(define):
        sheet = queries.sheet_at(define, queries.own_mapping_of(define, own.pk), 0)
    move = sheet.move_to("name_priority")
    assert move is not None
    assert move.steps == ({"kind": "constant", "value": "", "invertible": False},)
    assert officer.get(f"{address}step/?kind=magic").status_code == 404
    assert officer.get(f"{base_of(define, own)}targets/nothing/").status_code == 404


def test_a_code_map_is_edited_beside_the_codes_of_both_sides(officer: Client, define: Scope) -> None:
    own = begun(define)
    address = f"{base_of(define, own)}maps/minato-event-reason-to-event-reason/"
    page = officer.get(address).content.decode()
    assert "職権回復" in page
    assert "職権記載" in page
    form = officer.get(address).context["form"]
    pairs = form.initial["pairs"]
    for wrong, says in (("A01", "形ではありません"), ("A01,02\nA01,03", "2回"), ("A01,02,03", "形ではありません")):
        assert says in sent(officer, address, pairs=wrong).content.decode()
    assert sent(officer, address, pairs=f"{pairs}A06,08\n").status_code == 302
    page = officer.get(f"{base_of(define, own)}?show=lossy").content.decode()
    assert "異動事由" in page
    assert sent(officer, address, pairs=f"{pairs}A06,77\n").status_code == 302
    assert "コード 77 はありません" in officer.get(base_of(define, own)).content.decode()
    assert officer.get(f"{base_of(define, own)}maps/nothing/").status_code == 404


def test_a_preview_masks_persons_until_a_ground_opens_them_and_never_numbers(officer: Client, define: Scope) -> None:
    own = begun(define, source="vendor-kasumi-juki", gaiji="kasumi-sabae")
    rows = [kasumi_row(1), kasumi_row(2, yubin_no="916-0001"), kasumi_row(3)]
    address = f"{base_of(define, own)}preview/"
    file = SimpleUploadedFile("juki.csv", file_of(KASUMI.source, rows))
    page = officer.post(address, {"file": file}).content.decode()
    assert "●" in page
    assert "太郎" not in page
    assert "1965-04-30" not in page
    file.seek(0)
    page = officer.post(address, {"file": file, "ground": "notification"}).content.decode()
    assert "太郎" in page
    number = rows[0][KASUMI.source.index["kojin_no"]]
    assert number not in page
    facts = [json.loads(canonical) for (canonical,) in rows_of(define)]
    assert [one["event"] for one in facts].count("mapping.previewed") == 1
    opened = next(one for one in facts if one["event"] == "mapping.values_opened")
    assert opened["ground"] == "notification"
    assert opened["details"]["rows"] == 3
    assert "ファイルを一つ" in officer.post(address, {"received": ""}).content.decode()
    wrong = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    assert "読める行がありません" in officer.post(address, {"file": wrong}).content.decode()


def test_only_who_may_move_data_in_opens_values(define: Scope, scope_of: Callable[..., Scope], town: Any) -> None:
    own = begun(define)
    narrow = scope_of(town, permissions=frozenset({"layouts.define"}))
    facts = {"own_mapping_id": own.pk, "file_name": "p.csv", "data": PEOPLE}
    assert relating.preview_mapping(narrow, **facts)
    with pytest.raises(Forbidden):
        relating.preview_mapping(narrow, ground="data_migration", **facts)


def test_editions_are_numbered_compared_and_never_changed(officer: Client, define: Scope) -> None:
    own = begun(define)
    first = relating.publish_mapping(define, own_mapping_id=own.pk, note="初版")
    with pytest.raises(Conflict, match="変わっていません"):
        relating.publish_mapping(define, own_mapping_id=own.pk)
    base = base_of(define, own)
    assert sent(officer, f"{base}targets/remarks/", do="clear").status_code == 302
    assert sent(officer, f"{base}answers/", **{"reason-note": "使わない"}).status_code == 302
    page = officer.get(f"{base}diff/1/0/").content.decode()
    assert "備考" in page
    assert "使わない" in page
    assert "備考" in officer.get(f"{base}publish/").content.decode()
    second = relating.publish_mapping(define, own_mapping_id=own.pk)
    assert (first.number, second.number) == (1, 2)
    assert first.digest != second.digest
    assert officer.get(f"{base}editions/9/").status_code == 404
    assert officer.get(f"{base}diff/1/2/").status_code == 200
    with pytest.raises(ProgrammingError), entered(define), connection.cursor() as cursor:
        cursor.execute("UPDATE definitions_mappingedition SET note = 'x'")


def test_mistakes_are_refused_and_nobody_overwrites_another(define: Scope) -> None:
    own = begun(define)
    with pytest.raises(Conflict, match="すでにあります"):
        begun(define)
    with pytest.raises(BadDefinition):
        begun(define, key="大きい")
    with pytest.raises(BadDefinition):
        begun(define, key="other", source="nowhere")
    with entered(define):
        sheet = queries.sheet_at(define, own, 0)
    relating.save_mapping(define, own_mapping_id=own.pk, revision=1, sheet=sheet)
    with pytest.raises(Conflict, match="先に変更"):
        relating.save_mapping(define, own_mapping_id=own.pk, revision=1, sheet=sheet)


def test_another_town_sees_nothing_of_it(
    define: Scope, other_town: Organisation, scope_of: Callable[..., Scope], client: Client, signed_in: Any
) -> None:
    own = begun(define)
    relating.publish_mapping(define, own_mapping_id=own.pk)
    other = scope_of(other_town, permissions=frozenset({"layouts.view", "layouts.define"}))
    with entered(other):
        assert own_mappings(other) == []
        with pytest.raises(NotFound):
            mapping_for(other, f"own:{own.pk}.1")
        with pytest.raises(NotFound):
            mapping_for(other, "own:x")
    signed_in(client, other_town, "information_officer")
    assert client.get(f"/{other_town.code}/work/layouts/mappings/{own.pk}/").status_code == 404


def test_who_may_only_look_gets_no_forms(client: Client, town: Organisation, define: Scope, signed_in: Any) -> None:
    own = begun(define)
    signed_in(client, town, "section_head")
    page = client.get(base_of(define, own)).content.decode()
    assert "版を確定する" not in page
    assert client.get(f"{base_of(define, own)}targets/name/").status_code == 403
