"""The question log with a database: who sees what, threads, files, sheets, tasks, and what blocks a signature."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from machikumo.gaiji import actions as gaiji
from machikumo.gaiji.models import GaijiFigure
from machikumo.gaiji.tests.making import gaiji_bytes
from machikumo.kernel.approvals.blockers import Blocked, Signing, blockers_of
from machikumo.kernel.errors import Forbidden, NotFound
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import acceptance
from machikumo.layouts.models import MoveIn, MoveInState
from machikumo.questions import actions, queries, waiting
from machikumo.questions.domain import sheet
from machikumo.questions.domain.errors import QuestionError
from machikumo.questions.domain.references import Kind, WrongReference, reference
from machikumo.questions.domain.rules import NotTheirs, Party, Settled, State
from machikumo.questions.models import Member, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

OLD, NEW = Party.OLD_VENDOR, Party.NEW_VENDOR
SOON = timezone.localdate() + timedelta(days=7)


def a_run(scope: Scope) -> MoveIn:
    with entered(scope):
        file = store_file(scope, name="town.csv", chunks=[b"x"], purpose="move_in")
        return MoveIn.objects.add(
            scope, file=file, mapping_key="kasumi-to-standard", layout_key="vendor-kasumi-juki", layout_digest="d",
            mapping_digest="d", state=MoveInState.RECONCILED, rows=1, accepted=1, reconciliation={"holds": True},
            started_by=scope.person,
        )  # fmt: skip


def asked(scope: Scope, **facts: Any) -> Question:
    given = {"asked_of": OLD, "about": "general", "title": "空欄の意味", "body": "空欄は何を表しますか", "due_on": SOON}
    return actions.ask(scope, **(given | facts))


@pytest.fixture
def engineer(scope: Scope) -> Callable[[Party, int], Scope]:
    """Makes an engineer of a vendor: one scope for each number of account."""

    def make(party: Party, account: int) -> Scope:
        person = f"account:{account}"
        with entered(scope):
            Member.objects.add(scope, person=person, party=party, company=f"{party}社", set_by=scope.person)
        permissions = frozenset({"layouts.view", "questions.take_part"})
        return replace(scope, person=person, role=queries.VENDOR_ROLE, permissions=permissions)

    return make


def test_a_question_is_answered_asked_on_and_settled_with_its_decision(
    scope: Scope, engineer: Callable[..., Scope]
) -> None:
    old = engineer(OLD, 71)
    one = asked(scope)
    assert (one.number, one.state, one.asked_by) == (1, State.OPEN, Party.TOWN)
    assert actions.write(old, number=1, text="不明を表します").state == State.ANSWERED
    assert actions.write(scope, number=1, text="99999999 とは違いますか").state == State.OPEN
    assert actions.write(old, number=1, text="同じ意味です", files=[("説明.pdf", b"%PDF")]).state == State.ANSWERED
    with pytest.raises(NotTheirs):
        actions.accept(old, number=1, decision="自分では決められない")
    done = actions.accept(scope, number=1, decision="どちらも不詳として移す")
    assert (done.state, done.settled_by) == (State.ACCEPTED, "account:1")
    with pytest.raises(Settled):
        actions.write(old, number=1, text="追記")
    with entered(old):
        assert [(entry.party, entry.written_by) for entry in queries.entries_of(old, one)] == [
            ("old_vendor", "account:71"), ("town", "account:1"), ("old_vendor", "account:71"),
        ]  # fmt: skip
        (file,) = queries.attachments_of(old, one)
    stored, place = actions.open_attachment(old, attachment_id=file.pk)
    assert (stored.name, place.read_bytes()) == ("説明.pdf", b"%PDF")
    assert asked(scope).number == 2


def test_a_vendor_sees_its_own_questions_only_and_who_belongs_to_nobody_sees_none(
    scope: Scope, engineer: Callable[..., Scope], scope_of: Callable[..., Scope], other_town: Organisation
) -> None:
    old, new = engineer(OLD, 71), engineer(NEW, 72)
    asked(scope, files=[("a.txt", b"a")])
    asked(new, asked_of=OLD)
    asked(scope, asked_of=NEW)
    nobody = replace(old, person="account:79")
    other = scope_of(other_town)
    seen = {}
    for name, who in (("town", scope), ("old", old), ("new", new), ("nobody", nobody), ("other", other)):
        with entered(who):
            seen[name] = sorted(row.number for row in queries.questions(who))
    assert seen == {"town": [1, 2, 3], "old": [1, 2], "new": [2, 3], "nobody": [], "other": []}
    with entered(scope):
        file = queries.attachments_of(scope, queries.question_of(scope, 1)).get()
    for who in (new, nobody, other):
        with pytest.raises(NotFound):
            actions.open_attachment(who, attachment_id=file.pk)
    with pytest.raises(NotFound):
        actions.write(new, number=1, text="読めないはず")
    with pytest.raises(Forbidden, match="どの事業者の担当か"):
        asked(nobody)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"asked_of": Party.TOWN}, QuestionError),
        ({"title": "  "}, QuestionError),
        ({"about": "file?move_in=x"}, WrongReference),
        ({"about": "file?move_in=999999999"}, NotFound),
        ({"about": "column?layout=vendor-kasumi-juki&item=nothing"}, NotFound),
        ({"about": "column?layout=nothing&item=ido_ymd"}, NotFound),
        ({"about": "mapping?mapping=kasumi-to-standard&item=nothing"}, NotFound),
        ({"about": "mapping?mapping=nothing&item=ido_ymd"}, NotFound),
        ({"files": [("a", b"")] * 6}, QuestionError),
    ],
)
def test_a_question_without_a_sound_tie_or_words_is_refused(
    scope: Scope, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        asked(scope, **facts)
    with entered(scope):
        assert queries.questions(scope).count() == 0


def test_every_kind_of_tie_is_told_in_words_by_the_room_it_belongs_to(scope: Scope) -> None:
    one = a_run(scope)
    figures = gaiji.receive(scope, key="kasumi", system="霞", font_name="EUDC.TTE", font=gaiji_bytes(4, 9))
    with entered(scope):
        GaijiFigure.objects.within(scope).get_or_create(
            organisation_id=scope.organisation_id, gaiji_set_id=figures.pk, code=0xE004
        )
    ties = {
        reference(Kind.GENERAL): "移行全般",
        reference(Kind.FILE, move_in=one.pk): "ファイル「town.csv」",
        reference(Kind.COLUMN, layout="vendor-kasumi-juki", item="ido_ymd", move_in=one.pk): "異動日",
        reference(Kind.COLUMN, layout="resident-standard", item="name"): "氏名",
        reference(Kind.ROWS, move_in=one.pk, first=5, last=9, item="氏名"): "5〜9 行目、氏名",
        reference(Kind.MAPPING, mapping="kasumi-to-standard", item="sei_cd"): "性別",
        reference(Kind.GAIJI, gaiji_set=figures.pk, code="U+E004"): "霞 の外字 U+E004",
        reference(Kind.COUNT, move_in=one.pk, measure="sex", value="1"): "sex 1",
    }
    with entered(scope):
        told = {tie: queries.subject_of(scope, tie)[0] for tie in ties}
        gone = queries.shown_subject(scope, Question(about={"kind": "file", "move_in": 999999999}))
    assert {tie: words in told[tie] for tie, words in ties.items()} == dict.fromkeys(ties, True), told
    assert gone == ("ファイル: 999999999", "File: 999999999", "")


def test_open_questions_block_the_signature_of_what_they_are_about(scope: Scope) -> None:
    one, other = a_run(scope), a_run_again(scope)
    asked(scope, about=reference(Kind.FILE, move_in=one.pk).text, title="列の意味")
    asked(scope, about=reference(Kind.MAPPING, mapping="minato-to-standard", item="gender").text, title="別の変換")
    asked(scope, about=reference(Kind.FILE, move_in=one.pk).text, title="急がない", blocks=False)
    with pytest.raises(Blocked, match="Q1「列の意味」") as refused:
        acceptance.sign(scope, move_in_id=one.pk)
    assert [blocker.url.rsplit("/", 2)[-2] for blocker in refused.value.blockers] == ["1"]
    with entered(scope):
        assert blockers_of(scope, acceptance.signing_of(other)) == ()
        minato = Signing("rehearsal:1", "resident", 1, is_real=False, mapping_keys=("minato-to-standard",))
        assert [blocker.title_ja for blocker in waiting.blockers(scope, minato)] == [
            "質問 Q2「別の変換」が決着していません"
        ]
    actions.withdraw(scope, number=1, reason="移行元の資料にあった")
    assert acceptance.sign(scope, move_in_id=one.pk).state == "requested"
    asked(scope, title="全体の質問")
    with entered(scope):
        assert len(blockers_of(scope, acceptance.signing_of(other))) == 1, "a question tied to no run blocks every one"


def a_run_again(scope: Scope) -> MoveIn:
    one = a_run_fields(scope)
    with entered(scope):
        return MoveIn.objects.add(scope, **one)


def a_run_fields(scope: Scope) -> dict[str, Any]:
    with entered(scope):
        file = store_file(scope, name="second.csv", chunks=[b"y"], purpose="move_in")
    return {
        "file": file, "mapping_key": "kasumi-to-standard", "layout_key": "vendor-kasumi-juki", "layout_digest": "d",
        "mapping_digest": "d", "rehearsal": 2, "state": MoveInState.RECONCILED, "started_by": scope.person,
    }  # fmt: skip


def test_what_waits_stands_in_the_task_list_of_the_party_that_must_act(
    scope: Scope, engineer: Callable[..., Scope]
) -> None:
    old, new = engineer(OLD, 71), engineer(NEW, 72)
    asked(scope, due_on=date(2026, 1, 5), title="期限を過ぎた質問")
    asked(scope, asked_of=NEW)
    asked(old, asked_of=Party.TOWN, title="団体への質問")
    actions.write(new, number=2, text="回答")
    told = {}
    for name, who in (("town", scope), ("old", old), ("new", new)):
        with entered(who):
            told[name] = [(task.title_ja, task.due) for task in waiting.tasks_of(who)]
    assert told["town"] == [("質問に回答: Q3 団体への質問", SOON), ("質問への回答を確認: 1件", None)]
    assert told["old"] == [("質問に回答: Q1 期限を過ぎた質問", date(2026, 1, 5))]
    assert told["new"] == []
    with entered(scope):
        assert list(waiting.tasks_of(replace(scope, permissions=frozenset({"layouts.view"})))) == []


def filled(data: bytes, answers: dict[int, str], extra: tuple[object, ...] = ()) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book.active.iter_rows(min_row=3):
        row[sheet.ANSWER].value = answers.get(row[sheet.NUMBER].value)
    if extra:
        book.active.append(extra)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_goes_out_comes_back_is_looked_at_and_taken_once(scope: Scope, engineer: Callable[..., Scope]) -> None:
    old = engineer(OLD, 71)
    asked(scope)
    asked(scope, title="二つ目")
    asked(scope, asked_of=NEW, title="移行先への質問")
    actions.write(old, number=2, text="前の回答")
    data = actions.export_sheet(scope, party=OLD)
    texts = "".join(
        str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows() for cell in row
    )
    assert "移行元の事業者: 前の回答" in texts
    assert "移行先への質問" not in texts
    stranger = (99, "00000000", "", "", "", "", "", "", "", "知らない番号への回答")
    back = filled(data, {1: "不明を表します", 2: "前の回答"}, stranger)
    stored, rows = actions.receive_sheet(scope, party=OLD, name="answers.xlsx", data=back)
    assert [row.verdict.value for row in rows] == ["taken", "same", "unknown"]
    with entered(scope):
        assert queries.question_of(scope, 1).state == State.OPEN, "looking takes nothing"
    assert actions.take_sheet(scope, party=OLD, token=stored.token) == 1
    assert actions.take_sheet(scope, party=OLD, token=stored.token) == 0
    with entered(scope):
        one = queries.question_of(scope, 1)
        assert (one.state, [entry.from_sheet for entry in queries.entries_of(scope, one)]) == (State.ANSWERED, [True])
    _, wrong = actions.receive_sheet(scope, party=NEW, name="answers.xlsx", data=back)
    assert {row.verdict.value for row in wrong} == {"unknown"}, "another vendor's numbers are unknown"
    other = store_file_of(scope)
    with pytest.raises(sheet.WrongSheet):
        actions.take_sheet(scope, party=OLD, token=other)


def store_file_of(scope: Scope) -> Any:
    with entered(scope):
        return store_file(scope, name="x.csv", chunks=[b"x"], purpose="move_in").token


def test_engineers_are_put_to_a_vendor_and_nobody_else_is(
    scope: Scope, town: Organisation, make_staff: Callable[..., Any]
) -> None:
    staff = make_staff(town, "vendor_engineer")
    person = f"account:{staff.account_id}"
    actions.put_to_vendor(scope, person=person, party=OLD, company="霞システム")
    again = actions.put_to_vendor(scope, person=person, party=NEW, company="港システム")
    assert (again.party, again.company) == (NEW, "港システム")
    with entered(scope):
        assert queries.company_of(scope, NEW) == "港システム"
        assert queries.company_of(scope, OLD) == ""
    for wrong in ({"person": "account:1", "party": OLD}, {"person": person, "party": Party.TOWN}):
        with pytest.raises(QuestionError):
            actions.put_to_vendor(scope, company="x", **wrong)  # type: ignore[arg-type]


def test_the_log_is_kept_in_its_pages(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "information_officer")
    one = a_run(scope)
    root = f"/{town.code}/work/questions/"
    about = reference(Kind.ROWS, move_in=one.pk, first=7, last=7, item="氏名").text
    page = client.get(f"{root}new/", {"about": about}).content.decode()
    assert "7 行目、氏名" in page
    day = SOON
    asked_for = {
        "asked_of": "old_vendor", "title": "この行は何ですか", "body": "取消線ですか", "blocks": "on",
        "due_on_era": "西暦", "due_on_year": str(day.year), "due_on_month": str(day.month), "due_on_day": str(day.day),
    }  # fmt: skip
    answer = client.post(f"{root}new/?about={about.replace('&', '%26').replace('?', '%3F')}", asked_for)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    shown = client.get(f"{root}1/").content.decode()
    assert "この行は何ですか" in shown
    assert "まだ回答はありません" in shown
    file = SimpleUploadedFile("説明.txt", b"text")
    client.post(f"{root}1/", {"do": "write", "text": "補足です", "attachments": [file]})
    shown = client.get(f"{root}1/").content.decode()
    assert "補足です" in shown
    assert "説明.txt" in shown
    assert "入力してください" in client.post(f"{root}1/", {"do": "accept", "decision": ""}).content.decode()
    blocked = client.get(f"/{town.code}/work/move/{one.pk}/report/").content.decode()
    assert "Q1「この行は何ですか」が決着していません" in blocked
    client.post(f"{root}1/", {"do": "accept", "decision": "取り込まない"})
    assert "取り込まない" in client.get(f"{root}1/").content.decode()
    assert "この行は何ですか" in client.get(root, {"state": "accepted"}).content.decode()
    assert "質問はありません" in client.get(root, {"state": "unsettled"}).content.decode()
    for path in ("sheet/", "members/"):
        assert client.get(f"{root}{path}").status_code == 200
    assert client.get(f"{root}sheet/town.xlsx").status_code == 404
    assert client.get(f"{root}sheet/old_vendor.xlsx").content.startswith(b"PK")


def test_a_sheet_is_looked_at_and_taken_in_its_page(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "information_officer")
    asked(scope)
    root = f"/{town.code}/work/questions/sheet/"
    data = client.get(f"{root}old_vendor.xlsx").content
    file = SimpleUploadedFile("back.xlsx", filled(data, {1: "不明です"}))
    page = client.post(root, {"party": "old_vendor", "file": file}).content.decode()
    assert "1 件の回答を取り込む" in page
    with entered(scope):
        token = store_of_sheet(scope)
    assert client.post(f"{root}{token}/take/", {"party": "old_vendor"}).status_code == 302
    with entered(scope):
        assert queries.question_of(scope, 1).state == State.ANSWERED
    bad = client.post(root, {"party": "old_vendor", "file": SimpleUploadedFile("a.xlsx", b"no")}).content.decode()
    assert "Excelファイル（xlsx）として読めません" in bad


def store_of_sheet(scope: Scope) -> Any:
    from machikumo.kernel.files.queries import files_of

    return files_of(scope, actions.SHEET)[0].token


def test_an_engineer_works_in_the_pages_of_its_own_questions(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    account = signed_in(client, town, "vendor_engineer")
    asked(scope)
    asked(scope, asked_of=NEW, title="移行先だけの質問")
    root = f"/{town.code}/work/questions/"
    assert "どの事業者の担当か登録されていません" in client.get(root).content.decode()
    assert client.get(f"{root}1/").status_code == 404
    with entered(scope):
        person = f"account:{account.account_id if hasattr(account, 'account_id') else account.pk}"
        Member.objects.add(scope, person=person, party=OLD, company="霞", set_by="account:1")
    page = client.get(root).content.decode()
    assert ("空欄の意味" in page, "移行先だけの質問" in page) == (True, False)
    assert client.get(f"{root}2/").status_code == 404
    client.post(f"{root}1/", {"do": "write", "text": "不明です"})
    with entered(scope):
        assert queries.question_of(scope, 1).state == State.ANSWERED
    for path in ("sheet/", "members/", "sheet/old_vendor.xlsx"):
        assert client.get(f"{root}{path}").status_code == 403
