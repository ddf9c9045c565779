"""Editions: publishing one, looking at one, comparing two, trying one on a file, taking one away in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.definitions import actions
from machikumo.definitions.domain.comparing.changes import changes, verdict_of
from machikumo.definitions.domain.comparing.wording import SUMMARIES, VERDICTS, sentence
from machikumo.definitions.domain.editing import numbered
from machikumo.definitions.domain.tables import complete
from machikumo.definitions.forms import PublishForm, TryForm
from machikumo.definitions.queries import own as queries
from machikumo.definitions.views.drafts import facts_of
from machikumo.definitions.views.lists import GET_AND_POST, file_of
from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import choose, t, words
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.definitions.domain.document import Document
    from machikumo.definitions.models import OwnLayout
    from machikumo.kernel.scope import Scope

TRIED_BYTES = 20_000_000


def comparison(scope: Scope, own: OwnLayout, old: int, new: int) -> dict[str, Any]:
    """What differs between two editions (0: the draft), gravest first, and the verdict on data already written."""
    versions: list[Document] = [
        complete(numbered(queries.version_of(scope, own, number), 0), shipped().code_lists) for number in (old, new)
    ]
    found = changes(*versions)
    verdict = verdict_of(found)
    lines = [
        {"words": choose(*sentence(one)), "verdict": choose(*VERDICTS[one.verdict]), "grade": one.verdict.name.lower()}
        for one in sorted(found, key=lambda one: -one.verdict)
    ]
    return {
        "lines": lines, "verdict": choose(*VERDICTS[verdict]), "summary": choose(*SUMMARIES[verdict]),
        "grade": verdict.name.lower(),
    }  # fmt: skip


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def publish(request: HttpRequest, scope: Scope, own_layout_id: int) -> HttpResponse:
    """Show what would change, then publish the draft as the next edition."""
    own = queries.own_layout_of(scope, own_layout_id)
    last = queries.last_edition(scope, own)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.publish(scope, own_layout_id=own.pk, note=form.cleaned_data["note"])
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, t("版を確定しました。", "The edition is published."))
            return redirect("definitions:edition", scope.organisation_code, own.pk, made.number)
    facts = comparison(scope, own, last.number, 0) if last else {}
    return render(request, "definitions/publish.html", facts | {"form": form, "own": own, "last": last})


@require_GET
@work_page("layouts.view", purpose="data_migration")
def edition(request: HttpRequest, scope: Scope, own_layout_id: int, number: int) -> HttpResponse:
    """One published edition."""
    own = queries.own_layout_of(scope, own_layout_id)
    found = next((one for one in queries.editions_of(scope, own) if one.number == number), None)
    if found is None:
        raise NotFound
    facts = facts_of(queries.version_of(scope, own, number)) | {
        "own": own,
        "edition": found,
        "previous": number - 1,
        "may_define": scope.has("layouts.define"),
    }
    return render(request, "definitions/edition.html", facts)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def diff(request: HttpRequest, scope: Scope, own_layout_id: int, old: int, new: int) -> HttpResponse:
    """Two versions side by side in words; 0 is the draft."""
    own = queries.own_layout_of(scope, own_layout_id)
    facts = comparison(scope, own, old, new) | {"own": own, "old": old, "new": new}
    return render(request, "definitions/diff.html", facts)


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def try_file(request: HttpRequest, scope: Scope, own_layout_id: int, number: int) -> HttpResponse:
    """Read a file by the edition (0: the draft) and show what was found."""
    own = queries.own_layout_of(scope, own_layout_id)
    document = queries.version_of(scope, own, number)
    form = TryForm(request.POST or None, request.FILES or None)
    facts: dict[str, Any] = {"form": form, "own": own, "number": number, "document": document}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > TRIED_BYTES:
            form.add_error(
                "file", t("20MBまでです。大きいファイルはデータ移行で受け入れてください。", "At most 20 MB here.")
            )
        else:
            trial = actions.try_file(scope, own_layout_id=own.pk, number=number, file_name=file.name, data=file.read())
            names = [one.name for one in document.items]
            facts |= {"trial": trial, "shown": list(zip(names, zip(*trial.rows, strict=True), strict=False))}
    return render(request, "definitions/try.html", facts)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def download(_request: HttpRequest, scope: Scope, own_layout_id: int, number: int, form: str) -> HttpResponse:
    """An edition (0: the draft) in another form."""
    own = queries.own_layout_of(scope, own_layout_id)
    return file_of(queries.version_of(scope, own, number), form)
