"""Asking, answering, settling, and who takes part; what was written stays as it was written."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from machikumo.kernel.files.actions import open_file, store_file
from machikumo.kernel.ledger import action, record
from machikumo.questions import queries
from machikumo.questions.domain import rules, sheet
from machikumo.questions.domain.errors import QuestionError
from machikumo.questions.domain.references import parse
from machikumo.questions.domain.rules import Party, State
from machikumo.questions.models import Attachment, Entry, Member, Question
from machikumo.questions.words import PARTIES_JA, STATES_JA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.files.store import Place
    from machikumo.kernel.scope import Scope

PURPOSE = "data_migration"
ATTACHED, SHEET = "question", "question_sheet"  # purposes of stored files
LARGEST_FILE, MOST_FILES = 20_000_000, 5
Upload = tuple[str, bytes]  # name and bytes


@action(permission="questions.take_part")
def ask(
    scope: Scope,
    *,
    asked_of: Party,
    about: str,
    title: str,
    body: str,
    due_on: date,
    blocks: bool = True,
    files: Sequence[Upload] = (),
) -> Question:
    """A new question to another party, tied to what it is about.

    Raises:
        QuestionError: it is asked of oneself, or is empty. WrongReference, NotFound: it is tied to nothing that exists.
    """
    party = queries.own_party(scope)
    if party is asked_of:
        raise QuestionError("自分たちには質問できません。", "A question goes to another party.")
    tie = parse(about)
    queries.subject_of(scope, tie)
    one = Question.objects.add(
        scope,
        number=_next_number(scope),
        token=secrets.token_hex(4),
        asked_by=party,
        asked_of=asked_of,
        asker=scope.person,
        about=tie.document,
        about_move_in=tie.move_in_id,
        title=_told(title),
        body=_told(body),
        due_on=due_on,
        blocks=blocks,
    )
    _attach(scope, one, None, files)
    _recorded(scope, "question.asked", one, {"asked_of": asked_of.value, "about": tie.kind.value})
    return one


def _next_number(scope: Scope) -> int:
    """The next number of the log; whoever asks at the same time waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"questions:{scope.organisation_id}"])
    return (Question.objects.within(scope).aggregate(last=Max("number"))["last"] or 0) + 1


@action(permission="questions.take_part")
def write(scope: Scope, *, number: int, text: str, files: Sequence[Upload] = ()) -> Question:
    """The question with what the person wrote: an answer of the addressed party, or the asking one asking on.

    Raises Settled, NotTheirs, QuestionError for an empty text, NotFound for a question that they do not see.
    """
    one = _locked(scope, number)
    _write(scope, one, queries.own_party(scope), text, files=files)
    _recorded(scope, "question.written", one, {"state": one.state, "files": len(files)})
    return one


def _write(
    scope: Scope, one: Question, party: Party, text: str, *, files: Sequence[Upload] = (), from_sheet: bool = False
) -> None:
    asked_by, asked_of = Party(one.asked_by), Party(one.asked_of)
    one.state = rules.after_entry(State(one.state), party, asked_by=asked_by, asked_of=asked_of)
    entry = Entry.objects.add(
        scope, question_id=one.pk, party=party, text=_told(text), from_sheet=from_sheet, written_by=scope.person
    )
    _attach(scope, one, entry, files)
    one.save(update_fields=["state"])


@action(permission="questions.take_part")
def accept(scope: Scope, *, number: int, decision: str) -> Question:
    """The question settled with what was decided; errors as for ``write``."""
    return _settle(scope, number, State.ACCEPTED, decision, "question.accepted")


@action(permission="questions.take_part")
def withdraw(scope: Scope, *, number: int, reason: str) -> Question:
    """The question taken back, for a reason; errors as for ``write``."""
    return _settle(scope, number, State.WITHDRAWN, reason, "question.withdrawn")


def _settle(scope: Scope, number: int, state: State, words: str, event: str) -> Question:
    one = _locked(scope, number)
    rules.require_settling(State(one.state), queries.own_party(scope), asked_by=Party(one.asked_by))
    one.state, one.decision = state, _told(words)
    one.settled_by, one.settled_at = scope.person, timezone.now()
    one.save(update_fields=["state", "decision", "settled_by", "settled_at"])
    _recorded(scope, event, one, {})
    return one


@action(permission="layouts.move_in")
def put_to_vendor(scope: Scope, *, person: str, party: Party, company: str) -> Member:
    """Say for which vendor an engineer takes part; QuestionError when the person is no vendor's engineer here."""
    if party is Party.TOWN or not queries.is_engineer(scope, person, timezone.localdate()):
        raise QuestionError(
            "「事業者技術者」の役割の人を、事業者に割り当ててください。",
            "Only people with the role of a vendor's engineer are put to a vendor.",
        )
    facts = {"party": party, "company": _told(company), "set_by": scope.person}
    one, _ = Member.objects.within(scope).update_or_create(
        organisation_id=scope.organisation_id, person=person, defaults=facts
    )
    record(scope, event="question.member_set", subject=person, ground=PURPOSE, details={"party": party.value})
    return one


@action(permission="layouts.move_in")
def export_sheet(scope: Scope, *, party: Party) -> bytes:
    """The question sheet (質問票) of a party: its unsettled questions, to be answered and sent back."""
    rows = list(queries.questions(scope, state="unsettled", asked_of=party).order_by("number"))
    lines = [_line(scope, one) for one in rows]
    heading = f"質問票　{PARTIES_JA[party]}あて　{queries.company_of(scope, party)}"
    data = sheet.write_sheet(lines, heading=heading)
    details = {"party": party.value, "questions": len(rows)}
    record(scope, event="question.sheet_exported", ground=PURPOSE, details=details)
    return data


def _line(scope: Scope, one: Question) -> sheet.Line:
    thread = "\n".join(f"{PARTIES_JA[entry.party]}: {entry.text}" for entry in queries.entries_of(scope, one))
    about, _, _ = queries.shown_subject(scope, one)
    return sheet.Line(
        one.number, one.token, STATES_JA[one.state], PARTIES_JA[one.asked_by], about, one.title, one.body,
        one.due_on.isoformat(), thread,
    )  # fmt: skip


@action(permission="layouts.move_in")
def receive_sheet(scope: Scope, *, party: Party, name: str, data: bytes) -> tuple[StoredFile, list[sheet.Row]]:
    """An answered sheet, kept as it came, and what would become of each row; nothing is taken yet. WrongSheet."""
    rows = sheet.judged(sheet.read_sheet(data), queries.known_for_sheet(scope, party))
    stored = store_file(scope, name=name, chunks=[data], purpose=SHEET)
    return stored, rows


@action(permission="layouts.move_in")
def take_sheet(scope: Scope, *, party: Party, token: UUID) -> int:
    """Take the answers of a sheet that was looked at; gives how many. Rows that the preview refused stay out.

    Raises WrongSheet when the file is no answered sheet. Taking it again takes nothing twice.
    """
    stored, place = open_file(scope, token=token)
    if stored.purpose != SHEET:
        raise sheet.WrongSheet("質問票ではありません。", "This is no question sheet.")
    data = place.read_bytes()
    rows = sheet.judged(sheet.read_sheet(data), queries.known_for_sheet(scope, party))
    taken = [row for row in rows if row.verdict is sheet.Verdict.TAKEN]
    for row in taken:
        _write(scope, _locked(scope, int(row.number)), party, row.answer, from_sheet=True)
    details = {"party": party.value, "answers": len(taken), "rows": len(rows), "sha256": stored.sha256}
    record(scope, event="question.sheet_taken", ground=PURPOSE, details=details)
    return len(taken)


@action(permission="layouts.view")
def open_attachment(scope: Scope, *, attachment_id: int) -> tuple[StoredFile, Place]:
    """A file beside a question that the person sees; the reading is recorded. NotFound for any other."""
    return open_file(scope, token=queries.attachment_of(scope, attachment_id).file.token)


def _locked(scope: Scope, number: int) -> Question:
    seen = queries.question_of(scope, number)
    return Question.objects.within(scope).select_for_update().get(pk=seen.pk)


def _attach(scope: Scope, one: Question, entry: Entry | None, files: Sequence[Upload]) -> None:
    _refuse_many(files)
    for name, data in files:
        stored = store_file(scope, name=name, chunks=[data], purpose=ATTACHED)
        Attachment.objects.add(scope, question_id=one.pk, entry_id=entry.pk if entry else None, file_id=stored.pk)


def _refuse_many(files: Iterable[Upload]) -> None:
    found = list(files)
    if len(found) > MOST_FILES or any(len(data) > LARGEST_FILE for _, data in found):
        raise QuestionError("添付は5個まで、一つ20MBまでです。", "At most 5 files of 20 MB each.")


def _told(text: str) -> str:
    if not text.strip():
        raise QuestionError("内容を入力してください。", "Please write something.")
    return text.strip()


def _recorded(scope: Scope, event: str, one: Question, details: dict[str, Any]) -> None:
    record(scope, event=event, subject=f"question:{one.number}", ground=PURPOSE, details=details)
