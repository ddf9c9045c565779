"""Publishing and downloading maps, taking one over, and the official table of reduced forms."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.gaiji import actions, queries
from machikumo.gaiji.domain.errors import UnreadableFile, WrongDecision
from machikumo.gaiji.forms import FileForm
from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words

if TYPE_CHECKING:
    from django.http import HttpRequest

    from machikumo.gaiji.models import GaijiMapVersion
    from machikumo.kernel.scope import Scope

LARGEST_MAP = 16 << 20
_COLUMNS = ("code", "figure", "exact", "display", "reduced", "reduced_to", "ground")


@require_POST
@work_page("layouts.approve", purpose="data_migration")
def publish(request: HttpRequest, scope: Scope, set_id: int) -> HttpResponse:
    """Publish the confirmed decisions as the next version."""
    try:
        row = actions.publish(scope, set_id=set_id)
        messages.success(request, t(f"第{row.version}版を公開しました。", f"Version {row.version} is published."))
    except (Conflict, WrongDecision) as error:
        messages.warning(request, str(words(error)))
    return redirect("gaiji:set", scope.organisation_code, set_id)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def download(request: HttpRequest, scope: Scope, set_id: int, version: int, form: str) -> HttpResponse:  # noqa: ARG001
    """A published map: ``map`` as the layouts engine reads it, ``forms`` as a table of the three forms."""
    one = queries.set_of(scope, set_id)
    row = queries.version_of(scope, one, version)
    if form not in {"map", "forms"}:
        raise NotFound
    content, kind, end = (
        (row.content, "application/toml", "toml") if form == "map" else (_table(row), "text/csv", "csv")
    )
    response = HttpResponse(content.encode(), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{one.key}-{version}.{end}"'
    return response


def _table(row: GaijiMapVersion) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row.forms)
    return "\ufeff" + out.getvalue()


@require_http_methods(["GET", "POST"])
@work_page("layouts.gaiji", purpose="data_migration")
def import_map(request: HttpRequest, scope: Scope, set_id: int) -> HttpResponse:
    """Take a map over as proposals."""
    one = queries.set_of(scope, set_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            proposed, passed = actions.import_map(scope, set_id=set_id, text=_text(form))
        except (UnreadableFile, WrongDecision) as error:
            form.add_error("file", str(words(error)))
        else:
            told = t(
                f"{proposed}件を確認待ちにしました（対象外 {passed}件）。",
                f"{proposed} wait for confirmation ({passed} passed over).",
            )
            messages.success(request, told)
            return redirect("gaiji:set", scope.organisation_code, set_id)
    return render(request, "gaiji/import.html", {"form": form, "one": one})


def _text(form: FileForm) -> str:
    upload = form.cleaned_data["file"]
    try:
        return str(upload.read(LARGEST_MAP).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableFile("UTF-8 の TOML ではありません。", "This is no TOML in UTF-8.") from None


@require_http_methods(["GET", "POST"])
@work_page("layouts.gaiji", purpose="data_migration")
def reductions(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Bring the town's own download of the official table of reduced forms."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            table = actions.import_reductions(scope, name=upload.name, data=upload.read())
        except (UnreadableFile, Conflict) as error:
            form.add_error("file", str(words(error)))
        else:
            messages.success(request, t(f"{table.rows}件を取り込みました。", f"{table.rows} forms were taken in."))
            return redirect("gaiji:reductions", scope.organisation_code)
    return render(request, "gaiji/reductions.html", {"form": form, "table": queries.reduction_table(scope)})
