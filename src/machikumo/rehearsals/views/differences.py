"""What is not the same as in the round before, and the rows behind each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.kernel.tenancy.edge import work_page
from machikumo.rehearsals import opening, queries
from machikumo.rehearsals.domain.evidence import COLUMN, KIND
from machikumo.rehearsals.domain.measures import EMPTY
from machikumo.rehearsals.forms import FigureForm, OpenForm
from machikumo.rehearsals.words import KINDS, MEASURES, pair, round_name, system_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.rehearsals.models import Round


@require_GET
@work_page("layouts.view", purpose="data_migration")
def difference(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """Everything that differs, figure by figure; each leads to its rows."""
    one = queries.round_of(scope, round_id)
    found = one.difference.get("layouts", {})
    parts = [_part(scope, one, key, facts) for key, facts in found.items()]
    page = {
        "one": one,
        "name": round_name(one),
        "system": system_name(one.move),
        "with": one.difference.get("with", 0),
        "parts": parts,
    }
    return render(request, "rehearsals/difference.html", page)


def _part(scope: Scope, one: Round, key: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    layout = opening.layout_of(scope, one, key)

    def to(measure: str, item: str = "", value: str = "") -> str:
        asked = {"layout": key, "measure": measure, "item": item, "value": value}
        return f"{reverse('rehearsals:rows', args=[scope.organisation_code, one.pk])}?{urlencode(asked)}"

    def line(row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "measure": pair(MEASURES[row["measure"]]),
            "item": _item(layout, row["item"]),
            "value": _value(layout, row["item"], row["value"]),
            "before": row["before"],
            "after": row["after"],
            "url": to(row["measure"], row["item"], row["value"]),
        }

    return {
        "layout": layout,
        "facts": facts,
        "kinds": [
            {"name": pair(words), "count": facts["kinds"].get(kind, 0), "url": to(KIND, value=kind)}
            for kind, words in KINDS.items()
        ],
        "columns": [
            {"name": _item(layout, item), "count": count, "url": to(COLUMN, item)}
            for item, count in facts["columns"].items()
        ],
        "figures": [line(row) for row in facts["figures"] if row["measure"] != EMPTY],
        "empties": [line(row) for row in facts["figures"] if row["measure"] == EMPTY],
        "unshown": facts["differing_figures"] - len(facts["figures"]),
    }


def _item(layout: Layout, key: str) -> str:
    return layout.by_key[key].name if key in layout.by_key else key


def _value(layout: Layout, key: str, value: str) -> str:
    """A value with its meaning where its item has codes."""
    item = layout.by_key.get(key)
    meaning = item.code_list.name_of(value) if item and item.code_list else ""
    return f"{value} {meaning}".strip()


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose="data_migration")
def rows(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """The rows behind a figure, masked; in the clear for who says why and may move data."""
    one = queries.round_of(scope, round_id)
    asked = FigureForm(request.GET)
    if not asked.is_valid() or asked.cleaned_data["measure"] not in MEASURES:
        raise Http404
    figure = opening.FigureAsked(**asked.cleaned_data)
    form = OpenForm(request.POST or None)
    clear = request.method == "POST" and form.is_valid()
    if clear:
        found = opening.open_clear(scope, round_id=round_id, figure=figure, ground=form.cleaned_data["ground"])
    else:
        found = opening.open_rows(scope, round_id=round_id, figure=figure)
    layout = opening.layout_of(scope, one, figure.layout)
    page = {
        "one": one,
        "name": round_name(one),
        "measure": pair(
            KINDS.get(figure.value, MEASURES[KIND]) if figure.measure == KIND else MEASURES[figure.measure]
        ),
        "item": _item(layout, figure.item),
        "value": "" if figure.measure == KIND else _value(layout, figure.item, figure.value),
        "found": found,
        "rows": [{"row": row, "kind": pair(KINDS[row.kind])} for row in found.rows],
        "form": form,
        "clear": clear,
        "may_open": scope.has("layouts.move_in") and not clear,
        "here": request.get_full_path(),
    }
    return render(request, "rehearsals/rows.html", page)
