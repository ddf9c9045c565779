"""The layout editor without scripts: from a sample to a published edition, by forms alone."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.utils import ProgrammingError

from machikumo.definitions import actions
from machikumo.definitions.models import Edition, OwnLayout
from machikumo.definitions.queries import own as queries
from machikumo.definitions.tests.makers import row, workbook
from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SAMPLE = "番号,名称,津波,設置日\r\n" + "".join(
    f"{at:03d},避難所{at}丁目2-{at},{'○' if at % 2 else ''},2020-04-01\r\n" for at in range(1, 9)
)


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Callable[..., Any]) -> Client:
    signed_in(client, town, "information_officer")
    return client


@pytest.fixture
def define(scope_of: Callable[..., Scope], town: Organisation) -> Scope:
    return scope_of(town, permissions=frozenset({"layouts.define", "layouts.view"}))


def made(define: Scope, key: str = "shelters") -> OwnLayout:
    own, _ = actions.propose_layout(
        define, key=key, name="避難所", file_name="s.csv", data=SAMPLE.encode("cp932"), whole=True
    )
    return own


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_an_officer_makes_edits_publishes_and_tries_a_layout_by_forms(officer: Client, town: Organisation) -> None:
    base = f"/{town.code}/work/layouts/"
    file = upload("shelters.csv", SAMPLE.encode("cp932"))
    answer = officer.post(f"{base}new/", {"key": "shelters", "name": "避難所", "file": file})
    draft = answer["Location"]
    page = officer.get(draft).content.decode()
    assert "津波" in page
    assert "cp932" in page
    form = officer.get(f"{draft}items/1/").context["form"]
    facts = form.initial | {"name": "番号", "key": "number", "primary_key": "on", "codes": ""}
    assert officer.post(f"{draft}items/1/", {k: v for k, v in facts.items() if v is not False}).status_code == 302
    assert officer.post(f"{draft}items/1/move/", {"direction": "down"}).status_code == 302
    assert officer.get(f"{draft}items/4/remove/").status_code == 200
    assert officer.post(f"{draft}items/4/remove/").status_code == 302
    assert officer.post(f"{draft}publish/", {"note": "初版"})["Location"].endswith("/editions/1/")
    page = officer.get(f"{draft}editions/1/").content.decode()
    assert "初版" in page
    trial = officer.post(f"{draft}editions/1/try/", {"file": upload("a.csv", SAMPLE.encode("cp932"))})
    assert "読めませんでした" in trial.content.decode()  # the header has a column that the layout lost
    assert "避難所" in officer.get(base).content.decode()


def test_an_item_that_no_layout_can_hold_is_refused_on_its_form(officer: Client, define: Scope) -> None:
    own = made(define)
    address = f"/{define.organisation_code}/work/layouts/{own.pk}/items/1/"
    facts = {k: v for k, v in officer.get(address).context["form"].initial.items() if v is not False}
    for changed, says in (
        ({"length": "長い"}, "数字"),
        ({"length": "5,2"}, "9V"),
        ({"type": "9V"}, "9V"),
        ({"key": "番号"}, "英小文字"),
        ({"pattern": "(?=a)"}, "pattern"),
        ({"required": "conditional", "condition": "x is"}, "条件"),
        ({"codes": "1,男\n1,女"}, "2回"),
        ({"revision": "77"}, "ほかの人"),
        ({"name": ""}, "入力してください"),
    ):
        answer = officer.post(address, facts | changed)
        assert answer.status_code == 200
        assert says in answer.content.decode(), changed
    with entered(define):
        assert queries.own_layout_of(define, own.pk).revision == 1


def test_a_sample_that_cannot_be_read_is_refused_and_doubts_are_shown(officer: Client, define: Scope) -> None:
    address = f"/{define.organisation_code}/work/layouts/new/"
    sent = {"key": "empty", "name": "空"}
    assert "空です" in officer.post(address, sent | {"file": upload("e.csv", b"\n")}).content.decode()
    answer = officer.post(address, sent | {"file": upload("t.csv", "甲,甲\r\n1,2\r\n".encode("cp932"))})
    assert "2列目の見出し" in officer.get(answer["Location"]).content.decode()
    assert officer.get(f"{answer['Location']}items/9/").status_code == 404


def test_codes_are_kept_as_a_list_of_their_own(officer: Client, define: Scope) -> None:
    own = made(define)
    address = f"/{define.organisation_code}/work/layouts/{own.pk}/items/0/"
    facts = {k: v for k, v in officer.get(address).context["form"].initial.items() if v is not False}
    officer.post(address, facts | {"name": "区分", "key": "kind", "codes": "1,甲\n2,乙,丙"})
    with entered(define):
        document = queries.draft_of(queries.own_layout_of(define, own.pk))
    sheet = document.code_sheet(document.items[-1].codes)
    assert sheet is not None
    assert [(one.code, one.name) for one in sheet.value] == [("1", "甲"), ("2", "乙,丙")]
    place = f"/{define.organisation_code}/work/layouts/{own.pk}/items/{len(document.items)}/"
    facts = {k: v for k, v in officer.get(place).context["form"].initial.items() if v is not False}
    assert facts["codes"] == '1,甲\n2,"乙,丙"\n'
    officer.post(place, facts | {"codes": ""})
    with entered(define):
        assert queries.draft_of(queries.own_layout_of(define, own.pk)).codes == ()


def test_name_source_and_file_form_are_changed_on_one_page(officer: Client, define: Scope) -> None:
    own = made(define)
    address = f"/{define.organisation_code}/work/layouts/{own.pk}/form/"
    facts = {k: v for k, v in officer.get(address).context["form"].initial.items() if v is not False}
    assert officer.post(address, facts | {"name": "新しい名", "charset": "utf-16-le", "bom": "on"}).status_code == 302
    with entered(define):
        changed = queries.own_layout_of(define, own.pk)
    assert (changed.name, queries.draft_of(changed).form.charset, changed.revision) == ("新しい名", "utf-16-le", 2)
    assert officer.post(address, facts | {"delimiter": "x"}).status_code == 200


def test_a_workbook_and_a_shipped_layout_begin_a_draft_too(officer: Client, define: Scope) -> None:
    base = f"/{define.organisation_code}/work/layouts/"
    book = workbook([row(1, romaji="a"), row(2, "氏名", kind="謎")])
    answer = officer.post(f"{base}new/workbook/", {"key": "book", "edition": "1", "file": upload("b.xlsx", book)})
    page = officer.get(answer["Location"]).content.decode()
    assert "データ型が読めません" in page
    wrong = officer.post(f"{base}new/workbook/", {"key": "bad", "edition": "1", "file": upload("b.xlsx", b"no")})
    assert "xlsx" in wrong.content.decode()
    answer = officer.post(f"{base}new/copy/", {"key": "ours", "name": "当市の様式", "shipped": "vendor-kasumi-juki"})
    assert officer.get(answer["Location"]).status_code == 200
    again = officer.post(f"{base}new/copy/", {"key": "ours", "name": "別", "shipped": "vendor-kasumi-juki"})
    assert "すでにあります" in again.content.decode()
    assert officer.get(f"{base}shipped/nonresident-addressee/").status_code == 200
    assert officer.get(f"{base}shipped/nowhere/").status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "table-schema", "csvw", "toml"])
def test_a_definition_is_taken_away_in_every_form(officer: Client, define: Scope, form: str) -> None:
    own = made(define)
    base = f"/{define.organisation_code}/work/layouts/"
    for address in (f"{base}{own.pk}/editions/0/download/{form}/", f"{base}shipped/resident-standard/download/{form}/"):
        answer = officer.get(address)
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        if "json" in answer["Content-Type"]:
            assert json.loads(answer.content)
    assert officer.get(f"{base}{own.pk}/editions/0/download/pdf/").status_code == 404


def test_an_edition_keeps_its_digest_and_cannot_be_changed_or_removed(define: Scope) -> None:
    own = made(define)
    first = actions.publish(define, own_layout_id=own.pk, note="初版")
    with pytest.raises(Conflict):
        actions.publish(define, own_layout_id=own.pk)
    with entered(define):
        document = queries.draft_of(queries.own_layout_of(define, own.pk))
    from dataclasses import replace

    longer = replace(document.items[1], length=200)
    actions.save_draft(
        define,
        own_layout_id=own.pk,
        revision=1,
        document=replace(document, items=(document.items[0], longer, *document.items[2:])),
    )
    second = actions.publish(define, own_layout_id=own.pk)
    assert (first.number, second.number, second.verdict) == (1, 2, "compatible")
    assert first.digest != second.digest
    with entered(define):
        kept = queries.version_of(define, own, 1)
        assert kept.layout().digest == first.digest
    for statement in ("UPDATE definitions_edition SET note = 'x'", "DELETE FROM definitions_edition"):
        with pytest.raises(ProgrammingError, match="permission denied"), entered(define), connection.cursor() as cursor:
            cursor.execute(statement)


def test_two_who_publish_at_once_get_two_numbers_or_one_refusal(define: Scope) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    own = made(define)

    def once(_: int) -> str:
        try:
            return str(actions.publish(define, own_layout_id=own.pk).number)
        except Conflict:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(once, range(2))) == ["1", "refused"]


def test_a_key_is_taken_once_in_a_town(define: Scope) -> None:
    made(define)
    with pytest.raises(Conflict, match="すでにあります"):
        made(define)
    assert made(define, "another").key == "another"


def test_what_changed_is_shown_before_and_after_publishing(officer: Client, define: Scope) -> None:
    own = made(define)
    actions.publish(define, own_layout_id=own.pk)
    with entered(define):
        document = queries.draft_of(queries.own_layout_of(define, own.pk))
    from dataclasses import replace

    shorter = replace(document.items[0], length=2)
    actions.save_draft(
        define, own_layout_id=own.pk, revision=1, document=replace(document, items=(shorter, *document.items[1:]))
    )
    base = f"/{define.organisation_code}/work/layouts/{own.pk}"
    assert "非互換" in officer.get(f"{base}/publish/").content.decode()
    assert "桁数 3 → 2" in officer.get(f"{base}/diff/1/0/").content.decode()
    assert officer.get(f"{base}/diff/1/9/").status_code == 404
    assert officer.get(f"{base}/editions/9/").status_code == 404


def test_every_step_is_in_the_ledger_and_no_value_of_the_file(define: Scope) -> None:
    own = made(define)
    actions.publish(define, own_layout_id=own.pk)
    actions.try_file(define, own_layout_id=own.pk, number=1, file_name="s.csv", data=SAMPLE.encode("cp932"))
    rows = rows_of(define, "event, canonical")
    told = [event for event, canonical in rows if f"own_layout:{own.pk}" in str(canonical)]
    assert sorted(told) == ["layout.drafted", "layout.published", "layout.tried"]
    assert "丁目" not in str(rows)


def test_another_town_sees_nothing_of_it(
    define: Scope, scope_of: Callable[..., Scope], make_organisation: Callable[..., Organisation]
) -> None:
    own = made(define)
    actions.publish(define, own_layout_id=own.pk)
    other = scope_of(make_organisation(), permissions=frozenset({"layouts.define"}))
    with entered(other):
        assert list(queries.own_layouts(other)) == []
        assert Edition.objects.within(other).count() == 0
        with pytest.raises(NotFound):
            queries.own_layout_of(other, own.pk)
    with pytest.raises(NotFound):
        actions.publish(other, own_layout_id=own.pk)


def test_who_may_not_define_is_refused(define: Scope, scope_of: Callable[..., Scope], town: Organisation) -> None:
    with pytest.raises(Forbidden):
        actions.copy_layout(
            scope_of(town, permissions=frozenset({"layouts.view"})),
            key="abc",
            name="x",
            shipped_key="resident-standard",
        )
    with pytest.raises(BadDefinition):
        actions.copy_layout(define, key="abc", name="x", shipped_key="nowhere")
    with pytest.raises(BadDefinition, match="キー"):
        actions.copy_layout(define, key="大文字", name="x", shipped_key="resident-standard")


def test_a_large_file_is_not_tried_here(officer: Client, define: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    from machikumo.definitions.views import editions

    own = made(define)
    monkeypatch.setattr(editions, "TRIED_BYTES", 10)
    address = f"/{define.organisation_code}/work/layouts/{own.pk}/editions/0/try/"
    assert "20MB" in officer.post(address, {"file": io.BytesIO(SAMPLE.encode())}).content.decode()
