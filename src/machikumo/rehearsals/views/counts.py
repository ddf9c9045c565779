"""The old system's count sheet beside ours: typed, or taken from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from machikumo.kernel.errors import Conflict
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.rehearsals import actions, queries
from machikumo.rehearsals.domain.results import sum_of
from machikumo.rehearsals.domain.sheets import UnreadableSheet, read_sheet
from machikumo.rehearsals.forms import SheetForm, UploadForm
from machikumo.rehearsals.systems import count_sheets
from machikumo.rehearsals.words import round_name, system_name

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Round

UNKNOWN_SHOWN = 10


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose="data_migration")
def counts(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """Both sides line by line, with a reason where they differ."""
    one = queries.round_of(scope, round_id)
    lines = queries.count_lines(scope, one)
    if not lines:
        raise Http404
    form = SheetForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        _tell(request, scope, one, form.told())
        return redirect("rehearsals:counts", scope.organisation_code, round_id)
    page = {
        "one": one,
        "name": round_name(one),
        "system": system_name(one.move),
        "form": form,
        "rows": form.rows(),
        "open": sum(line.is_open for line in lines),
        "held": sum_of(one.measured, "held_open"),
        "counted": bool(one.measured),
        "may_tell": scope.has("layouts.move_in") and not queries.facts_of(scope, one).signed,
        "upload": UploadForm(),
        "confirmed": count_sheets()[one.move.system].confirmed,
    }
    return render(request, "rehearsals/counts.html", page)


def _tell(request: HttpRequest, scope: Scope, one: Round, told: dict[str, Any]) -> None:
    try:
        changed = actions.tell_counts(scope, round_id=one.pk, told=told)
    except Conflict as error:
        messages.warning(request, words(error))
    else:
        messages.success(
            request, t(f"件数表を保存しました（{changed}行）。", f"{changed} lines of the sheet are saved.")
        )


@require_http_methods(["POST"])
@work_page("layouts.move_in", purpose="data_migration")
def upload_counts(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """Take the counts of a file; what it does not name stays as it is."""
    one = queries.round_of(scope, round_id)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors["file"]))))
        return redirect("rehearsals:counts", scope.organisation_code, round_id)
    lines = queries.count_lines(scope, one)
    try:
        read = read_sheet(form.cleaned_data["file"].read(), lines)
    except UnreadableSheet as error:
        messages.error(request, words(error))
        return redirect("rehearsals:counts", scope.organisation_code, round_id)
    reasons = {line.key: line.explanation for line in lines}
    told = {key: (count, why or reasons[key]) for key, (count, why) in read.told.items()}
    _tell(request, scope, one, told)
    if read.unknown:
        shown = "、".join(read.unknown[:UNKNOWN_SHOWN])
        messages.warning(
            request, t(f"件数表にない項目は読み飛ばしました: {shown}", f"Left out, not on the sheet: {shown}")
        )
    return redirect("rehearsals:counts", scope.organisation_code, round_id)
