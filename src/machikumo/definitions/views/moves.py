"""One item of the target: what feeds it and by which steps; code maps; the answers for items left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from machikumo.definitions import relating
from machikumo.definitions.domain.proposing.conversion import Conversion, Sides, conversion, joined, step
from machikumo.definitions.domain.relating import editing
from machikumo.definitions.domain.relating.faults import unanswered
from machikumo.definitions.domain.relating.wording import KINDS
from machikumo.definitions.mapping_forms import (
    SETTINGS,
    AnswersForm,
    KindForm,
    MapForm,
    SourcesForm,
    StepForm,
    source_choices,
)
from machikumo.definitions.queries import mappings as queries
from machikumo.definitions.views.lists import GET_AND_POST
from machikumo.definitions.views.mappings import row_of
from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import choose, t, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from machikumo.definitions.domain.relating.faults import Around
    from machikumo.definitions.domain.relating.sheets import MappingSheet
    from machikumo.definitions.models import OwnMapping
    from machikumo.kernel.scope import Scope


def _open(scope: Scope, own_mapping_id: int) -> tuple[OwnMapping, Around, MappingSheet]:
    own = queries.own_mapping_of(scope, own_mapping_id)
    return own, queries.around(scope, own), queries.sheet_at(scope, own, 0)


def _kept(scope: Scope, own: OwnMapping, form: Any, change: Callable[[], MappingSheet]) -> bool:
    """Whether the changed sheet was kept; what was wrong stands on the form then."""
    try:
        relating.save_mapping(scope, own_mapping_id=own.pk, revision=form.cleaned_data["revision"], sheet=change())
    except MachikumoError as error:
        form.add_error(None, words(error))
        return False
    return True


def _saved(request: HttpRequest) -> None:
    messages.success(request, t("下書きを保存しました。", "The draft is saved."))


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def target(request: HttpRequest, scope: Scope, own_mapping_id: int, item: str) -> HttpResponse:
    """One item of the target: choose its source, see its steps, take steps off, add one."""
    own, around, sheet = _open(scope, own_mapping_id)
    if item not in around.target.by_key:
        raise NotFound
    move = sheet.move_to(item)
    chosen = dict(zip(("first", "second"), move.source if move else (), strict=False))
    form = SourcesForm(
        request.POST or None, items=source_choices(around, sheet, move), initial=chosen | {"revision": own.revision}
    )
    if request.method == "POST" and form.is_valid():
        what = request.POST.get("do", "")
        if _kept(scope, own, form, lambda: _changed(around, sheet, item, form, what)):
            _saved(request)
            return redirect("definitions:target", scope.organisation_code, own.pk, item)
    facts = row_of(own, around, sheet, around.target.by_key[item]) | {
        "own": own, "form": form, "kinds": KindForm(), "around": around, "at": _neighbours(around, item),
    }  # fmt: skip
    return render(request, "definitions/target.html", facts)


def _neighbours(around: Around, item: str) -> tuple[str, str]:
    """The items before and after, "" at the ends."""
    place, keys = around.target.index[item], around.target.keys
    return keys[place - 1] if place else "", keys[place + 1] if place + 1 < len(keys) else ""


def _changed(around: Around, sheet: MappingSheet, item: str, form: SourcesForm, what: str) -> MappingSheet:
    if what == "clear":
        return editing.without_move(sheet, item)
    if what.startswith("remove-"):
        place = what.removeprefix("remove-")
        return editing.without_step(sheet, item, int(place) if place.isdigit() else 0)
    sources = form.sources()
    made = proposed_steps(around, sheet, sources, item)
    names = {one.key: one.name for one in around.source.items}
    return editing.with_move(sheet, sources, (item,), made, names)


def proposed_steps(around: Around, sheet: MappingSheet, sources: tuple[str, ...], target_key: str) -> Conversion:
    """The steps that the two layouts speak for, for sources that somebody chose."""
    sides = Sides(around.source, around.target, around.code_lists, sheet.head.gaiji)
    items, goal = [around.source.by_key[key] for key in sources], around.target.by_key[target_key]
    if not items:
        return Conversion((step("constant", invertible=False, value=""),), {})
    if len(items) > 1:
        return joined(sides, items[0], items[1], goal, ())
    return conversion(sides, items[0], goal, ())


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def add_step(request: HttpRequest, scope: Scope, own_mapping_id: int, item: str) -> HttpResponse:
    """The settings of a step of the kind that the address names (?kind=…), then the step at the end of the move."""
    own, around, sheet = _open(scope, own_mapping_id)
    kind = request.GET.get("kind", "copy")
    if kind not in KINDS or item not in around.target.by_key or sheet.move_to(item) is None:
        raise NotFound
    initial = {"revision": own.revision, "fill": "0", "source_length": 0, "length": around.target.by_key[item].length}
    form = StepForm(request.POST or None, kind=kind, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and _kept(scope, own, form, lambda: editing.with_step(sheet, item, form.step()))
    ):
        _saved(request)
        return redirect("definitions:target", scope.organisation_code, own.pk, item)
    facts = {
        "own": own, "form": form, "item": around.target.by_key[item], "kind": choose(*KINDS[kind]),
        "bare": not SETTINGS.get(kind), "maps": sorted(sheet.maps),
    }  # fmt: skip
    return render(request, "definitions/step.html", facts)


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def code_map(request: HttpRequest, scope: Scope, own_mapping_id: int, table: str) -> HttpResponse:
    """The pairs of a code map, beside the codes of both sides."""
    own, around, sheet = _open(scope, own_mapping_id)
    if table not in sheet.maps:
        raise NotFound
    initial = {"revision": own.revision, "pairs": editing.map_text(sheet.maps[table])}
    form = MapForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and _kept(scope, own, form, lambda: editing.with_map(sheet, table, form.cleaned_data["pairs"]))
    ):
        _saved(request)
        return redirect("definitions:mapping", scope.organisation_code, own.pk)
    users = [move for move in sheet.moves if any(one.get("table") == table for one in move.steps)]
    sides = (
        [around.source.by_key[key].code_list for move in users for key in move.source],
        [around.target.by_key[key].code_list for move in users for key in move.target],
    )
    lists = [next((one for one in side if one), None) for side in sides]
    facts = {"own": own, "form": form, "table": table, "source_list": lists[0], "target_list": lists[1]}
    return render(request, "definitions/code_map.html", facts)


@require_http_methods(GET_AND_POST)
@work_page("layouts.define", purpose="data_migration")
def answers(request: HttpRequest, scope: Scope, own_mapping_id: int) -> HttpResponse:
    """A reason for each item that nothing takes; without one it stays a question and blocks publishing."""
    own, around, sheet = _open(scope, own_mapping_id)
    items = [*unanswered(sheet, around.source), *(around.source.by_key[key] for key in sheet.dropped)]
    initial = {f"reason-{key}": reason for key, reason in sheet.dropped.items()}
    form = AnswersForm(request.POST or None, items=items, initial=initial | {"revision": own.revision})
    if (
        request.method == "POST"
        and form.is_valid()
        and _kept(scope, own, form, lambda: editing.with_answers(sheet, form.reasons(), around.source))
    ):
        _saved(request)
        return redirect("definitions:mapping", scope.organisation_code, own.pk)
    return render(request, "definitions/answers.html", {"own": own, "form": form, "items": items})
