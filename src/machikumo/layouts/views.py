"""Pages of the move: hand a file over, follow the work, read the findings, the proof and the report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.approvals.blockers import blockers_of
from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.files.actions import open_file
from machikumo.kernel.files.queries import file_of, files_of
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, link, page_of
from machikumo.layouts import acceptance, actions, keeping
from machikumo.layouts.asked_about import item_keys, ties_of_issue
from machikumo.layouts.forms import ExportForm, HandOverForm, mapping_choices
from machikumo.layouts.own_layouts import own_choices, own_mappings
from machikumo.layouts.queries import move_ins as queries
from machikumo.layouts.queries.held import account_of, mended_runs
from machikumo.layouts.words import STATES, group_words, rule_words, severity_words
from machikumo.questions.domain.references import Kind, reference

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.models import MoveIn


@require_GET
@work_page("layouts.view", purpose="data_migration")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All move-ins of the municipality."""

    def to_one(one: Any) -> Any:
        return link(one.file.name, reverse("layouts:move_in", args=[scope.organisation_code, one.pk]))

    columns = (
        Column("file", t("ファイル", "File"), heading=True, cell=to_one),
        Column("rehearsal", t("回", "Attempt"), kind="number"),
        Column("state", t("状態", "State"), cell=lambda one: STATES.get(one.state, one.state)),
        Column("rows", t("読んだ行", "Rows read"), kind="number"),
        Column("accepted", t("取り込んだ行", "Accepted"), kind="number"),
        Column("quarantined", t("保留した行", "Set aside"), kind="number"),
        Column("created_at", t("受領", "Received"), kind="moment"),
    )
    page = page_of(request, queries.move_ins(scope), size=50)
    table = Table(columns, page, caption=t("データ移行", "Move-ins"), query=request.GET, total=page.paginator.count)
    facts = {"page": page, "table": table, "may_export": scope.has("layouts.export")}
    return render(request, "layouts/list.html", facts)


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def hand_over(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Take a file and start its move-in."""
    form = HandOverForm(request.POST or None, request.FILES or None)
    form.fields["mapping"].choices = _mappings(scope)  # type: ignore[attr-defined]  # a ChoiceField
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        one = actions.receive(
            scope,
            name=upload.name,
            chunks=upload.chunks(),
            expected=upload.size,
            mapping_key=form.cleaned_data["mapping"],
            limits=form.limits,
        )
        actions.start(scope, move_in_id=one.pk)
        messages.success(request, t("受け取りました。検査と取込を始めます。", "Received; checking and loading begin."))
        return redirect("layouts:move_in", scope.organisation_code, one.pk)
    return render(request, "layouts/new.html", {"form": form})


def _mappings(scope: Scope) -> list[tuple[str, Any]]:
    """The mappings that there are, and again for each of the town's own layouts that has the items they move."""
    shipped = mapping_choices()
    names = dict(shipped)
    own = [(key, t(f"{names[base]}（{name}）", f"{names[base]} ({name})")) for key, base, name in own_choices(scope)]
    return [*shipped, *own, *own_mappings(scope)]


@require_GET
@work_page("layouts.view", purpose="data_migration")
def move_in(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """One move-in: how far it is, what was found, and whether both sides agree."""
    one = queries.move_in_of(scope, move_in_id)
    facts = _facts(scope, one) | {"run": run_of(scope, one.job_run_id) if one.job_run_id else None}
    facts["may_ask"] = scope.has("questions.take_part")
    about = urlencode({"about": reference(Kind.FILE, move_in=one.pk).text})
    facts["ask_about"] = f"{reverse('questions:new', args=[scope.organisation_code])}?{about}"
    facts["may_move_in"] = scope.has("layouts.move_in")
    facts["stops"] = [(stop, rule_words(stop["rule"])) for stop in one.stops]
    facts["decided_by"] = names_of(scope, [one.went_on_by])[one.went_on_by] if one.went_on_by else ""
    facts["may_remove"] = scope.has("layouts.move_in") and one.state not in keeping.AT_WORK
    return render(request, "layouts/move_in.html", facts)


def _facts(scope: Scope, one: MoveIn) -> dict[str, Any]:
    lines = [line | {"group": group_words(line["measure"])} for line in one.reconciliation.get("lines", [])]
    lines.sort(key=lambda line: (line["measure"], line["value"]))
    count = Counter(line["measure"] for line in lines)
    findings = [
        finding | {"severity": severity_words(finding["severity"]), "is_grave": finding["severity"] == "error"}
        for finding in one.findings
    ]
    return {
        "one": one,
        "account": account_of(scope, one),
        "mended_runs": mended_runs(scope, one),
        "state": STATES.get(one.state, one.state),
        "findings": findings,
        "proof": one.reconciliation,
        "lines": [line for line in lines if count[line["measure"]] > 1],
        "summary": sorted(
            (line for line in lines if count[line["measure"]] == 1), key=lambda one: one["measure"] != "rows"
        ),
        "differing": [line for line in lines if not line["agrees"]],
        "first_issues": queries.issues_of(scope, one)[:20],
    }


@require_GET
@work_page("layouts.view", purpose="data_migration")
def issues(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """The findings of one move-in, of one rule when asked."""
    one = queries.move_in_of(scope, move_in_id)
    page = page_of(request, queries.issues_of(scope, one, rule=request.GET.get("rule", "")), size=100)
    keys = item_keys(scope, one)
    facts = {"one": one, "page": page, "may_ask": scope.has("questions.take_part")}
    facts["issues"] = [(issue, *ties_of_issue(one, issue, keys)) for issue in page.object_list]
    return render(request, "layouts/issues.html", facts)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def report(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """The officer's report, made to be printed and signed."""
    one = queries.move_in_of(scope, move_in_id)
    signed = acceptance.signatures(scope, one)
    may_sign = scope.has("layouts.move_in") and acceptance.is_reconciled(one) and not signed.by_officer
    blockers = blockers_of(scope, acceptance.signing_of(one)) if may_sign else ()
    facts = {"signed": signed, "may_sign": may_sign, "blockers": blockers}
    return render(request, "layouts/report.html", _facts(scope, one) | facts)


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def sign(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """The officer's signature; another person's has to follow."""
    try:
        acceptance.sign(scope, move_in_id=move_in_id)
    except Conflict as error:
        messages.warning(request, words(error))
    else:
        messages.success(
            request, t("署名しました。課長などの確認を待っています。", "Signed; it waits for the second signature.")
        )
    return redirect("layouts:report", scope.organisation_code, move_in_id)


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def remove(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """Take the move-in's files away before their date."""
    count = keeping.remove_files(scope, move_in_id=move_in_id)
    messages.success(request, t(f"ファイルを{count}件消去しました。", f"{count} files were taken away."))
    return redirect("layouts:move_in", scope.organisation_code, move_in_id)


@require_POST
@work_page("releases.make", purpose="data_migration")
def release(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """Tell the prefecture and the group how the move went."""
    told = actions.report_upward(scope, move_in_id=move_in_id)
    if told:
        messages.success(request, t("県とグループに報告しました。", "Reported to the prefecture and the group."))
    else:
        messages.warning(request, t("報告先の団体がありません。", "There is nobody to report to."))
    return redirect("layouts:move_in", scope.organisation_code, move_in_id)


@require_GET
@work_page("layouts.move_in", purpose="data_migration")
def download(_request: HttpRequest, scope: Scope, move_in_id: int, which: str) -> HttpResponse:
    """The rows set aside in their original bytes, or the reasons; the download is recorded."""
    one = queries.move_in_of(scope, move_in_id)
    chosen = {"quarantine": one.quarantine, "reasons": one.reasons}.get(which)
    if chosen is None:
        raise NotFound
    stored, place = open_file(scope, token=chosen.token)
    return FileResponse(place.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.media_type)  # type: ignore[return-value]  # a streaming answer is one too


@require_http_methods(["GET", "POST"])
@work_page("layouts.export", purpose="data_migration")
def export(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Leave again in an old system's layout: what was made, and making another file."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        run = actions.start_export(scope, mapping_key=given["mapping"], recipient=given["recipient"])
        messages.success(request, t("書き出しを始めました。", "The export has begun."))
        return redirect("jobs:run", scope.organisation_code, run.pk)
    return render(request, "layouts/export.html", {"form": form, "files": files_of(scope, actions.EXPORT)[:10]})


@require_GET
@work_page("layouts.export", purpose="data_migration")
def download_export(_request: HttpRequest, scope: Scope, token: UUID) -> HttpResponse:
    """The closed file; the download is recorded."""
    if file_of(scope, token).purpose != actions.EXPORT:
        raise NotFound
    stored, place = open_file(scope, token=token)
    return FileResponse(place.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.media_type)  # type: ignore[return-value]  # a streaming answer is one too
