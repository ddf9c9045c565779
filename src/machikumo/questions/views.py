"""Pages of the question log: the list, one question, asking, the sheet out and in, who takes part."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link, page_of
from machikumo.questions import actions, queries
from machikumo.questions.domain.errors import QuestionError
from machikumo.questions.domain.references import Kind, parse
from machikumo.questions.domain.rules import UNSETTLED, Party, State, is_overdue
from machikumo.questions.domain.sheet import Verdict
from machikumo.questions.forms import AskForm, MemberForm, NarrowForm, SettleForm, SheetForm, WriteForm
from machikumo.questions.words import LOOKS, PARTIES, STATES, VERDICT_LOOKS, VERDICTS

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from machikumo.kernel.scope import Scope
    from machikumo.questions.models import Question

PURPOSE = "data_migration"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@work_page("layouts.view", purpose=PURPOSE)
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The questions that the person sees."""
    form = NarrowForm(request.GET)
    narrowing = {name: form.cleaned_data[name] for name in ("state", "asked_of")} if form.is_valid() else {}
    move_in = request.GET.get("move_in", "")
    rows = queries.questions(scope, **narrowing, move_in_id=int(move_in) if move_in.isdigit() else None)
    page = page_of(request, rows, size=50)
    table = Table(_columns(scope), page, caption=t("質問", "Questions"), query=request.GET, total=page.paginator.count)
    party = queries.party_of(scope)
    facts = {
        "form": form,
        "page": page,
        "table": table,
        "party": party,
        "may_ask": scope.has("questions.take_part") and party is not None,
        "is_town": party is Party.TOWN and scope.has("layouts.move_in"),
    }
    return render(request, "questions/list.html", facts)


def _columns(scope: Scope) -> tuple[Column, ...]:
    today = timezone.localdate()

    def to_one(one: Question) -> Any:
        return link(f"Q{one.number}", reverse("questions:question", args=[scope.organisation_code, one.number]))

    def state(one: Question) -> Any:
        if is_overdue(State(one.state), one.due_on, today):
            return chip("期限切れ", "Overdue", kind="error", icon="warning")
        return chip(STATES[one.state], STATES[one.state], kind=LOOKS[one.state])

    def about(one: Question) -> Any:
        ja, en, _ = queries.shown_subject(scope, one)
        return t(ja, en)

    return (
        Column("number", t("番号", "No."), heading=True, cell=to_one),
        Column("title", t("件名", "Title")),
        Column("about", t("対象", "About"), cell=about),
        Column("asked_of", t("宛先", "Asked of"), cell=lambda one: PARTIES[one.asked_of]),
        Column("due_on", t("期限", "Due"), kind="date"),
        Column("state", t("状態", "State"), cell=state),
    )


@require_http_methods(["GET", "POST"])
@work_page("questions.take_part", purpose=PURPOSE)
def ask(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Ask about something: what it is stands in the address."""
    about = request.GET.get("about", "") or Kind.GENERAL.value
    ja, en, url = queries.subject_of(scope, parse(about))
    party = queries.own_party(scope)
    form = AskForm(request.POST or None, request.FILES or None, party=party.value)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            one = _asked(scope, about, given)
        except QuestionError as error:
            form.add_error(None, str(words(error)))
        else:
            messages.success(request, t(f"質問 Q{one.number} を登録しました。", f"Question Q{one.number} is asked."))
            return redirect("questions:question", scope.organisation_code, one.number)
    return render(request, "questions/ask.html", {"form": form, "about": t(ja, en), "url": url})


def _asked(scope: Scope, about: str, given: dict[str, Any]) -> Question:
    facts = {name: given[name] for name in ("title", "body", "due_on", "blocks")}
    return actions.ask(scope, about=about, asked_of=Party(given["asked_of"]), files=given["attachments"], **facts)


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose=PURPOSE)
def question(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One question with all that was written, and the forms to go on."""
    one = queries.question_of(scope, number)
    do = request.POST.get("do", "")
    write_form = WriteForm(request.POST if do == "write" else None, request.FILES if do == "write" else None)
    settle_form = SettleForm(request.POST if do in {"accept", "withdraw"} else None)
    form = write_form if do == "write" else settle_form
    if request.method == "POST" and form.is_bound and form.is_valid():
        try:
            _do(scope, do, number, form.cleaned_data)
        except QuestionError as error:
            form.add_error(None, str(words(error)))
        else:
            messages.success(request, t("保存しました。", "Saved."))
            return redirect("questions:question", scope.organisation_code, number)
    facts = _facts(scope, one) | {"write_form": write_form, "settle_form": settle_form}
    return render(request, "questions/question.html", facts)


def _do(scope: Scope, do: str, number: int, given: dict[str, Any]) -> None:
    if do == "write":
        actions.write(scope, number=number, text=given["text"], files=given["attachments"])
    elif do == "accept":
        actions.accept(scope, number=number, decision=given["decision"])
    else:
        actions.withdraw(scope, number=number, reason=given["decision"])


def _facts(scope: Scope, one: Question) -> dict[str, Any]:
    party = queries.party_of(scope)
    entries = list(queries.entries_of(scope, one))
    people = {one.asker, one.settled_by, *(entry.written_by for entry in entries)} - {""}
    names = names_of(scope, people)
    attached = list(queries.attachments_of(scope, one))
    ja, en, url = queries.shown_subject(scope, one)
    open_now = State(one.state) in UNSETTLED
    takes_part = party is not None and scope.has("questions.take_part")
    return {
        "one": one,
        "about": t(ja, en),
        "url": url,
        "state": STATES[one.state],
        "look": LOOKS[one.state],
        "is_overdue": is_overdue(State(one.state), one.due_on, timezone.localdate()),
        "asked_by": PARTIES[one.asked_by],
        "asked_of": PARTIES[one.asked_of],
        "asker": names[one.asker],
        "settled_by": names.get(one.settled_by, ""),
        "files": [row for row in attached if row.entry_id is None],
        "entries": [
            {
                "row": entry,
                "party": PARTIES[entry.party],
                "name": names[entry.written_by],
                "files": [row for row in attached if row.entry_id == entry.pk],
            }
            for entry in entries
        ],
        "may_write": takes_part and open_now,
        "may_settle": takes_part and open_now and party in {Party.TOWN, Party(one.asked_by)},
    }


@require_GET
@work_page("layouts.view", purpose=PURPOSE)
def attachment(_request: HttpRequest, scope: Scope, attachment_id: int) -> HttpResponse:
    """A file beside a question; the download is recorded."""
    stored, place = actions.open_attachment(scope, attachment_id=attachment_id)
    return FileResponse(place.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.media_type)  # type: ignore[return-value]  # a streaming answer is one too


@require_GET
@work_page("layouts.move_in", purpose=PURPOSE)
def export(_request: HttpRequest, scope: Scope, party: str) -> HttpResponse:
    """The question sheet of a vendor."""
    if party not in {Party.OLD_VENDOR, Party.NEW_VENDOR}:
        raise NotFound
    data = actions.export_sheet(scope, party=Party(party))
    name = f"questions-{scope.organisation_code}-{party}-{timezone.localdate():%Y%m%d}.xlsx"
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose=PURPOSE)
def sheet(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Bring an answered sheet: first what would become of each row."""
    form = SheetForm(request.POST or None, request.FILES or None)
    facts: dict[str, Any] = {
        "form": form,
        "vendors": [(party, PARTIES[party]) for party in ("old_vendor", "new_vendor")],
    }
    if request.method == "POST" and form.is_valid():
        upload, party = form.cleaned_data["file"], Party(form.cleaned_data["party"])
        try:
            stored, rows = actions.receive_sheet(scope, party=party, name=upload.name, data=upload.read())
        except QuestionError as error:
            form.add_error("file", str(words(error)))
        else:
            counts = Counter(row.verdict for row in rows)
            shown = [(row, VERDICTS[row.verdict], VERDICT_LOOKS[row.verdict]) for row in rows]
            facts |= {"stored": stored, "rows": shown, "taken": counts[Verdict.TAKEN], "party": party.value}
            facts["refused"] = sum(counts[one] for one in (Verdict.UNKNOWN, Verdict.DOUBLE, Verdict.LONG))
    return render(request, "questions/sheet.html", facts)


@require_POST
@work_page("layouts.move_in", purpose=PURPOSE)
def take_sheet(request: HttpRequest, scope: Scope, token: UUID) -> HttpResponse:
    """Take the answers of a sheet that was looked at."""
    party = request.POST.get("party", "")
    if party not in {Party.OLD_VENDOR, Party.NEW_VENDOR}:
        raise NotFound
    try:
        count = actions.take_sheet(scope, party=Party(party), token=token)
    except MachikumoError as error:
        messages.warning(request, words(error))
    else:
        messages.success(request, t(f"回答を{count}件取り込みました。", f"{count} answers were taken."))
    return redirect("questions:list", scope.organisation_code)


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose=PURPOSE)
def members(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Which engineer takes part for which vendor."""
    people = queries.engineers(scope, timezone.localdate())
    form = MemberForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.put_to_vendor(scope, **(given | {"party": Party(given["party"])}))
        except QuestionError as error:
            form.add_error(None, str(words(error)))
        else:
            messages.success(request, t("登録しました。", "Saved."))
            return redirect("questions:members", scope.organisation_code)
    rows = list(queries.members(scope))
    names = names_of(scope, {row.person for row in rows})
    shown = [{"name": names[row.person], "party": PARTIES[row.party], "company": row.company} for row in rows]
    return render(request, "questions/members.html", {"form": form, "people": people, "members": shown})
