"""The list of mappings, beginning one, its draft with all that is open, the preview, and editions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.definitions import relating
from machikumo.definitions.domain.relating.faults import faults
from machikumo.definitions.domain.relating.sheets import tables_of
from machikumo.definitions.domain.relating.wording import KINDS, changes_of, is_lossy, settings
from machikumo.definitions.domain.toml import written
from machikumo.definitions.forms import PublishForm
from machikumo.definitions.mapping_forms import NewMappingForm, PreviewForm
from machikumo.definitions.queries import mappings as queries
from machikumo.definitions.views.lists import GET_AND_POST
from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import choose, t, words
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from machikumo.definitions.domain.relating.faults import Around
    from machikumo.definitions.domain.relating.sheets import MappingSheet, MoveSheet
    from machikumo.definitions.models import OwnMapping
    from machikumo.kernel.scope import Scope

SAMPLE_BYTES = 20_000_000
SHOWN_FAULTS = 20


@require_GET
@work_page("layouts.view", purpose="data_migration")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The town's own mappings, and those that come with Machikumo."""
    own = [(one, queries.editions_of(scope, one)[:1]) for one in queries.own_mappings(scope)]
    known = [shipped().mapping(key) for key in shipped().mapping_keys]
    facts = {"own": own, "shipped": known, "may_define": scope.has("layouts.define")}
    return render(request, "definitions/mappings.html", facts)


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def new(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Begin a mapping: two layouts and, if there is one, a sample."""
    layouts = [(key, t(ja, en)) for key, ja, en in queries.layout_choices(scope)]
    initial = {"source": request.GET.get("source", ""), "target": "resident-standard"}
    form = NewMappingForm(
        request.POST or None, request.FILES or None, layouts=layouts, received=received_choices(scope), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        given, sample = form.cleaned_data, sample_of(form)
        facts = {name: given[name] for name in ("key", "name", "source", "target", "gaiji")}
        try:
            own = relating.begin_mapping(scope, **facts, **sample)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(
                request, t("対応を提案しました。一つずつ確かめてください。", "Pairs are proposed. Please look at each.")
            )
            return redirect("definitions:mapping", scope.organisation_code, own.pk)
    return render(request, "definitions/mapping_new.html", {"form": form})


def received_choices(scope: Scope, layout_key: str = "") -> list[tuple[str, Any]]:
    """Files already received."""
    return [(str(one.pk), one.file.name) for one in queries.received_files(scope, layout_key)]


def sample_of(form: Any) -> dict[str, Any]:
    """The sample that a valid form names, as the actions take it; a file that is too large is refused on the form."""
    file, received = form.cleaned_data.get("file"), form.cleaned_data.get("received")
    if received:
        return {"move_in_id": int(received)}
    return {"file_name": file.name, "data": file.read(SAMPLE_BYTES)} if file else {}


@require_GET
@work_page("layouts.view", purpose="data_migration")
def mapping(request: HttpRequest, scope: Scope, own_mapping_id: int) -> HttpResponse:
    """The draft: what is open, each item of the target with what feeds it, code maps, editions."""
    own = queries.own_mapping_of(scope, own_mapping_id)
    around, sheet = queries.around(scope, own), queries.sheet_at(scope, own, 0)
    facts = sheet_facts(own, around, sheet, request.GET.get("show", "")) | {
        "editions": queries.editions_of(scope, own),
        "may_define": scope.has("layouts.define"),
        "editable": scope.has("layouts.define"),
    }
    return render(request, "definitions/mapping.html", facts)


def sheet_facts(own: OwnMapping, around: Around, sheet: MappingSheet, show: str) -> dict[str, Any]:
    """What the pages show of a sheet; ``show`` narrows the items of the target to ``open``, ``mapped`` or ``lossy``."""
    found = faults(sheet, around)
    rows = [row_of(own, around, sheet, item) for item in around.target.items]
    counts = {name: sum(1 for row in rows if test(row)) for name, test in SHOWN.items()}
    blocking = [fault for fault in found if fault.blocks]
    return {
        "own": own, "around": around, "sheet": sheet, "rows": [row for row in rows if SHOWN.get(show, _all)(row)],
        "show": show, "counts": counts, "blocking": len(blocking),
        "faults": [(fault, choose(fault.message_ja, fault.message_en)) for fault in blocking[:SHOWN_FAULTS]],
        "notes": [choose(fault.message_ja, fault.message_en) for fault in found if not fault.blocks],
        "left": [(around.source.by_key[key].name, reason) for key, reason in sheet.dropped.items()],
        "maps": [(key, len(pairs)) for key, pairs in sheet.maps.items()],
    }  # fmt: skip


def _all(_row: dict[str, Any]) -> bool:
    return True


SHOWN: dict[str, Callable[[dict[str, Any]], bool]] = {
    "all": _all,
    "mapped": lambda row: bool(row["move"]),
    "open": lambda row: not row["move"],
    "required": lambda row: not row["move"] and row["required"],
    "lossy": lambda row: any(step["lossy"] for step in row["steps"]),
    "doubted": lambda row: bool(row["doubts"]),
}


def row_of(own: OwnMapping, around: Around, sheet: MappingSheet, item: Any) -> dict[str, Any]:
    """One item of the target: what feeds it, by which steps, and what was proposed for it and why."""
    move, proposal = sheet.move_to(item.key), own.proposals.get(item.key, {})
    return {
        "item": item, "move": move, "required": item.requirement.value == "required",
        "sources": [around.source.by_key[key].name for key in move.source] if move else [],
        "steps": steps_of(sheet, move) if move else [],
        "score": proposal.get("score"), "as_proposed": bool(move and list(move.source) == proposal.get("source")),
        "reasons": [choose(ja, en.replace("_", " ")) for ja, en in proposal.get("reasons", ())],
        "doubts": [choose(*one) for one in proposal.get("doubts", ())],
        "others": [(around.source.by_key[key].name, score) for key, score in proposal.get("others", ())],
    }  # fmt: skip


def steps_of(sheet: MappingSheet, move: MoveSheet) -> list[dict[str, Any]]:
    """The steps of a move with their words, settings, and whether each can be turned back."""
    return [
        {
            "place": place, "place_text": str(place), "words": choose(*KINDS[step["kind"]]),
            "settings": settings(step), "lossy": is_lossy(step, sheet.maps), "table": step.get("table", ""),
        }
        for place, step in enumerate(move.steps, 1)
    ]  # fmt: skip


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def preview(request: HttpRequest, scope: Scope, own_mapping_id: int) -> HttpResponse:
    """Try each move on the first rows of a file; personal values are opened on a ground only."""
    own = queries.own_mapping_of(scope, own_mapping_id)
    around = queries.around(scope, own)
    received = received_choices(scope, around.source.key)
    form = PreviewForm(request.POST or None, request.FILES or None, received=received)
    facts: dict[str, Any] = {"own": own, "form": form, "around": around}
    if request.method == "POST" and form.is_valid():
        try:
            lines = relating.preview_mapping(
                scope, own_mapping_id=own.pk, ground=form.cleaned_data["ground"], **sample_of(form)
            )
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            facts["lines"] = [_line(line, around) for line in lines]
            facts["rows"] = range(1, 1 + max((len(line.cells) for line in lines), default=0))
    return render(request, "definitions/mapping_preview.html", facts)


def _line(line: Any, around: Around) -> dict[str, Any]:
    return {
        "sources": "＋".join(around.source.by_key[key].name for key in line.move.source),
        "targets": "＋".join(around.target.by_key[key].name for key in line.move.target),
        "cells": [
            {
                "before": "｜".join(cell.before), "after": "｜".join(cell.after), "back": "｜".join(cell.back),
                "refused": choose(*cell.refused),
            }
            for cell in line.cells
        ],
    }  # fmt: skip


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def publish(request: HttpRequest, scope: Scope, own_mapping_id: int) -> HttpResponse:
    """Show what would change and what stands against it, then publish the draft as the next edition."""
    own = queries.own_mapping_of(scope, own_mapping_id)
    around, editions = queries.around(scope, own), queries.editions_of(scope, own)
    sheet = queries.sheet_at(scope, own, 0)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = relating.publish_mapping(scope, own_mapping_id=own.pk, note=form.cleaned_data["note"])
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(
                request, t("版を確定しました。データ移行で選べます。", "Published; it can be chosen for a move-in.")
            )
            return redirect("definitions:mapping_edition", scope.organisation_code, own.pk, made.number)
    facts = sheet_facts(own, around, sheet, "") | {"form": form, "last": editions[0] if editions else None}
    if editions:
        facts["changes"] = differences(scope, own, editions[0].number, 0)
    return render(request, "definitions/mapping_publish.html", facts)


def differences(scope: Scope, own: OwnMapping, old: int, new: int) -> list[str]:
    """What differs between two versions (0: the draft), in words."""
    around = queries.around(scope, own)
    before, after = (queries.sheet_at(scope, own, number) for number in (old, new))
    return [choose(*one) for one in changes_of(before, after, around.source, around.target)]


@require_GET
@work_page("layouts.view", purpose="data_migration")
def edition(request: HttpRequest, scope: Scope, own_mapping_id: int, number: int) -> HttpResponse:
    """One published edition."""
    own = queries.own_mapping_of(scope, own_mapping_id)
    found = next((one for one in queries.editions_of(scope, own) if one.number == number), None)
    if found is None:
        raise NotFound
    facts = sheet_facts(own, queries.around(scope, own), queries.sheet_at(scope, own, number), "mapped")
    return render(request, "definitions/mapping_edition.html", facts | {"edition": found, "previous": number - 1})


@require_GET
@work_page("layouts.view", purpose="data_migration")
def diff(request: HttpRequest, scope: Scope, own_mapping_id: int, old: int, new: int) -> HttpResponse:
    """Two versions compared in words; 0 is the draft."""
    own = queries.own_mapping_of(scope, own_mapping_id)
    facts = {"own": own, "old": old, "new": new, "changes": differences(scope, own, old, new)}
    return render(request, "definitions/mapping_diff.html", facts)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def download(_request: HttpRequest, scope: Scope, own_mapping_id: int, number: int) -> HttpResponse:
    """A version (0: the draft) as the file that the command line reads."""
    own = queries.own_mapping_of(scope, own_mapping_id)
    sheet, around = queries.sheet_at(scope, own, number), queries.around(scope, own)
    head = replace(sheet.head, source_layout=around.source.key, target_layout=around.target.key)  # as in a folder
    sheet = replace(sheet, head=head)
    answer = HttpResponse(written(tables_of(sheet), own.name), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{own.key}-{sheet.head.version}.toml"'
    return answer
