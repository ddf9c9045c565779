"""Pages of the tenant's life: take everything with you, and make the training town anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.errors import NotFound
from machikumo.kernel.files.actions import open_file
from machikumo.kernel.files.queries import files_of
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t
from machikumo.operations import queries
from machikumo.operations.forms import ResetForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope

PACKAGE = "exit_package"


@require_GET
@work_page("operations.view", purpose="operations")
def home(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What is kept here, the packages that were made, and the training town."""
    facts = {
        "counts": queries.row_counts(scope),
        "packages": files_of(scope, PACKAGE)[:10],
        "may_manage": scope.has("operations.export"),
        "may_reset": scope.training and scope.has("operations.reset_training"),
    }
    return render(request, "operations/home.html", facts)


@require_POST
@work_page("operations.export", purpose="operations")
def start_exit_package(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Begin the exit package; one a minute at most."""
    key = f"operations.exit_package:{timezone.now():%Y%m%d%H%M}"
    run = jobs.start(scope, kind="operations.exit_package", idempotency_key=key)
    messages.success(request, t("持ち出しパッケージを作り始めました。", "The exit package is being made."))
    return redirect("jobs:run", scope.organisation_code, run.pk)


@require_GET
@work_page("operations.export", purpose="operations")
def download(_request: HttpRequest, scope: Scope, token: UUID) -> HttpResponse:
    """The package; the download is recorded."""
    stored, place = open_file(scope, token=token)
    if stored.purpose != PACKAGE:
        raise NotFound
    return FileResponse(place.open("rb"), as_attachment=True, filename=stored.name, content_type="application/zip")  # type: ignore[return-value]  # a streaming answer is one too


@require_http_methods(["GET", "POST"])
@work_page("operations.reset_training", purpose="operations")
def reset_training(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Empty the training town and fill it with made-up people; says what will go before it goes."""
    if not scope.training:
        raise NotFound
    form = ResetForm(request.POST or None, expected=scope.organisation_code)
    if request.method == "POST" and form.is_valid():
        run = jobs.start(
            scope,
            kind="operations.reset_training",
            idempotency_key=f"operations.reset_training:{timezone.now():%Y%m%d%H%M%S}",
            arguments={"people": form.cleaned_data["people"], "seed": form.cleaned_data["seed"]},
        )
        messages.success(request, t("練習環境を作り直しています。", "The training town is being made anew."))
        return redirect("jobs:run", scope.organisation_code, run.pk)
    facts = {"form": form, "counts": queries.row_counts(scope)}
    return render(request, "operations/reset.html", facts)
