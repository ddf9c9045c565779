"""The draft: its items and its form, changed on plain forms; nothing is kept from which no layout can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.definitions import actions
from machikumo.definitions.domain import editing
from machikumo.definitions.domain.official.reasons import ASSUMED, REASONS, assumptions
from machikumo.definitions.forms import FileFormForm, ItemForm
from machikumo.definitions.queries import own as queries
from machikumo.definitions.queries.files import FORMATS
from machikumo.definitions.views.lists import GET_AND_POST
from machikumo.definitions.words import ORIGINS, REQUIREMENTS, TYPES, word_of
from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import choose, t, words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.definitions.domain.document import Document, ItemSheet
    from machikumo.kernel.scope import Scope


@require_GET
@work_page("layouts.view", purpose="data_migration")
def draft(request: HttpRequest, scope: Scope, own_layout_id: int) -> HttpResponse:
    """The draft with its items, its form, what was not read of its source, and its editions."""
    own = queries.own_layout_of(scope, own_layout_id)
    document = queries.draft_of(own)
    facts = facts_of(document) | {
        "own": own,
        "editions": queries.editions_of(scope, own),
        "may_define": scope.has("layouts.define"),
    }
    return render(request, "definitions/draft.html", facts)


def facts_of(document: Document) -> dict[str, Any]:
    """What the pages show of a definition."""
    return {
        "document": document,
        "rows": [item_facts(place, one, document) for place, one in enumerate(document.items, 1)],
        "unread": [(cell, choose(*REASONS[cell.reason])) for cell in document.unread],
        "assumed": [(one, choose(*ASSUMED[word])) for one, word in assumptions(document) if word != "masked"],
        "origin": ORIGINS[document.head.confirmed],
        "forms": FORMATS,
    }


def item_facts(place: int, one: ItemSheet, document: Document) -> dict[str, Any]:
    """One row of the table of items."""
    sheet = document.code_sheet(one.codes)
    return {
        "place": place, "item": one, "type": word_of(TYPES, one.type), "required": word_of(REQUIREMENTS, one.required),
        "codes": len(sheet.value) if sheet else 0,
    }  # fmt: skip


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def item(request: HttpRequest, scope: Scope, own_layout_id: int, place: int) -> HttpResponse:
    """One item's form; place 0 adds a new one at the end."""
    own = queries.own_layout_of(scope, own_layout_id)
    document = queries.draft_of(own)
    one = _item(document, place)
    form = ItemForm(request.POST or None, initial=ItemForm.facts_of(document, one, own.revision))
    if request.method == "POST" and form.is_valid():
        try:
            changed, with_codes = editing.with_codes(document, form.applied(one), form.cleaned_data["codes"])
            changed = editing.with_item(changed, place, with_codes)
            revision = form.cleaned_data["revision"]
            actions.save_draft(scope, own_layout_id=own.pk, revision=revision, document=changed)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            return _saved(request, scope, own.pk)
    return render(request, "definitions/item.html", {"form": form, "own": own, "item": one, "place": place})


def _item(document: Document, place: int) -> ItemSheet:
    if place > len(document.items):
        raise NotFound
    return document.items[place - 1] if place else editing.new_item(document)


def _saved(request: HttpRequest, scope: Scope, own_layout_id: int) -> HttpResponse:
    messages.success(request, t("下書きを保存しました。", "The draft is saved."))
    return redirect("definitions:draft", scope.organisation_code, own_layout_id)


@require_POST
@work_page("layouts.define", purpose="data_migration")
def move(request: HttpRequest, scope: Scope, own_layout_id: int, place: int) -> HttpResponse:
    """Put an item one place up or down."""
    own = queries.own_layout_of(scope, own_layout_id)
    document = queries.draft_of(own)
    _item(document, max(place, 1))
    changed = editing.moved_item(document, place, up=request.POST.get("direction") != "down")
    actions.save_draft(scope, own_layout_id=own.pk, revision=own.revision, document=changed)
    return redirect("definitions:draft", scope.organisation_code, own.pk)


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def remove(request: HttpRequest, scope: Scope, own_layout_id: int, place: int) -> HttpResponse:
    """Ask, then take an item out of the draft."""
    own = queries.own_layout_of(scope, own_layout_id)
    document = queries.draft_of(own)
    one = _item(document, max(place, 1))
    if request.method == "POST":
        changed = editing.without_item(document, max(place, 1))
        actions.save_draft(scope, own_layout_id=own.pk, revision=own.revision, document=changed)
        return _saved(request, scope, own.pk)
    return render(request, "definitions/remove.html", {"own": own, "item": one})


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def file_form(request: HttpRequest, scope: Scope, own_layout_id: int) -> HttpResponse:
    """Name, source and the form of files."""
    own = queries.own_layout_of(scope, own_layout_id)
    document = queries.draft_of(own)
    form = FileFormForm(request.POST or None, initial=FileFormForm.facts_of(document, own.revision))
    if request.method == "POST" and form.is_valid():
        try:
            revision = form.cleaned_data["revision"]
            actions.save_draft(scope, own_layout_id=own.pk, revision=revision, document=form.applied(document))
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            return _saved(request, scope, own.pk)
    return render(request, "definitions/file_form.html", {"form": form, "own": own})
