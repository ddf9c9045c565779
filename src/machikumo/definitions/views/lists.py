"""The list of layouts, those that come with Machikumo, and three ways to begin one of the town's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.definitions import actions
from machikumo.definitions.forms import CopyForm, SampleForm, WorkbookForm
from machikumo.definitions.queries import own as queries
from machikumo.definitions.queries.files import FORMATS, describe, read_document
from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import choose, t, words
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from django.http import HttpRequest

    from machikumo.definitions.domain.document import Document
    from machikumo.kernel.scope import Scope

GET_AND_POST = ["GET", "POST"]
SAMPLE_BYTES = 4_000_000
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "table-schema": "application/json",
    "csvw": "application/json", "toml": "text/plain; charset=utf-8",
}  # fmt: skip
SUFFIXES = {"xlsx": ".xlsx", "table-schema": ".datapackage.json", "csvw": ".csvw.json", "toml": ".toml"}


@require_GET
@work_page("layouts.view", purpose="data_migration")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The town's own layouts, and those that come with Machikumo with how sure we are of each."""
    own = [(one, queries.last_edition(scope, one)) for one in queries.own_layouts(scope)]
    layouts = [shipped().layout(key) for key in shipped().layout_keys]
    known = [(one, sum(item.confirmed for item in one.items)) for one in layouts]
    return render(request, "definitions/list.html", {"own": own, "shipped": known})


@require_GET
@work_page("layouts.view", purpose="data_migration")
def shipped_layout(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """One layout that comes with Machikumo: its source, its items, what of its source was not read."""
    document = _shipped(key)
    layout = shipped().layout(key)
    facts = {"document": document, "layout": layout, "forms": FORMATS, "scope": scope}
    return render(request, "definitions/shipped.html", facts)


def _shipped(key: str) -> Document:
    if key not in shipped().layout_keys:
        raise NotFound
    return read_document(key, shipped())


@require_GET
@work_page("layouts.view", purpose="data_migration")
def download_shipped(_request: HttpRequest, _scope: Scope, key: str, form: str) -> HttpResponse:
    """A shipped layout in another form."""
    return file_of(_shipped(key), form)


def file_of(document: Document, form: str) -> HttpResponse:
    """A definition as a file to keep; NotFound for an unknown form."""
    if form not in FORMATS:
        raise NotFound
    answer = HttpResponse(describe(document, form, shipped()), content_type=MEDIA[form])
    name = f"{document.head.key}-{document.head.version}{SUFFIXES[form]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def from_sample(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Propose a layout from a sample file; the officer decides on the draft's page."""
    form = SampleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        facts = {"key": form.cleaned_data["key"], "name": form.cleaned_data["name"], "file_name": file.name}
        try:
            own, doubts = actions.propose_layout(
                scope, **facts, data=file.read(SAMPLE_BYTES), whole=file.size <= SAMPLE_BYTES
            )
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            for doubt in doubts:
                messages.warning(request, choose(*doubt))
            return _begun(request, scope, own.pk)
    return _new(request, form, "sample")


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def from_workbook(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Bring in a workbook in the official form."""
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        facts = {"key": form.cleaned_data["key"], "edition": form.cleaned_data["edition"], "file_name": file.name}
        try:
            made = actions.import_workbook(scope, **facts, data=file.read())
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            return _begun(request, scope, made[0].pk)
    return _new(request, form, "workbook")


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def from_copy(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Begin with a copy of a shipped layout."""
    form = CopyForm(request.POST or None, initial={"shipped": request.GET.get("shipped", "")})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            own = actions.copy_layout(scope, key=facts["key"], name=facts["name"], shipped_key=facts["shipped"])
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            return _begun(request, scope, own.pk)
    return _new(request, form, "copy")


def _begun(request: HttpRequest, scope: Scope, own_layout_id: int) -> HttpResponse:
    messages.success(
        request, t("下書きを作りました。項目を確かめてください。", "The draft is made. Please look at its items.")
    )
    return redirect("definitions:draft", scope.organisation_code, own_layout_id)


def _new(request: HttpRequest, form: Any, way: str) -> HttpResponse:
    return render(request, "definitions/new.html", {"form": form, "way": way})
