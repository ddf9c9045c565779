"""Pages that describe a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from machikumo.feeds import queries
from machikumo.feeds.actions import describing as actions
from machikumo.feeds.forms import FeedForm, NewFeedForm, initial_of
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.layouts.own_layouts import own_choices, own_mappings
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope

GET_AND_POST = ["GET", "POST"]


def mapping_choices(scope: Scope) -> list[tuple[str, Any]]:
    """The mappings to standard rows, and again for each of the town's own layouts that fits one."""
    catalogue = shipped()
    found = [catalogue.mapping(key) for key in catalogue.mapping_keys]
    names = {one.key: one.name for one in found if one.target.key == "resident-standard"}
    own = [(key, f"{names[base]}（{name}）") for key, base, name in own_choices(scope) if base in names]
    return [
        *((one.key, t(one.name, one.name_en)) for one in found if one.key in names),
        *own,
        *own_mappings(scope, ("resident-standard",)),
    ]


@require_http_methods(GET_AND_POST)
@work_page("layouts.move_in", purpose="daily_feed")
def new(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Describe a new feed."""
    form = NewFeedForm(request.POST or None, mappings=mapping_choices(scope))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        facts = {"key": given["key"], "first_number": given["first_number"], "as_of": given["as_of"]}
        try:
            made = actions.open_feed(scope, description=form.description(), **facts)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, t("差分連携を作りました。", "The feed is made."))
            return redirect("feeds:feed", scope.organisation_code, made.pk)
    return render(request, "feeds/describe.html", {"form": form, "one": None})


@require_http_methods(GET_AND_POST)
@work_page("layouts.move_in", purpose="daily_feed")
def change(request: HttpRequest, scope: Scope, feed_id: int) -> HttpResponse:
    """Describe a feed anew."""
    one = queries.feed_of(scope, feed_id)
    form = FeedForm(request.POST or None, initial=initial_of(one), mappings=mapping_choices(scope))
    if request.method == "POST" and form.is_valid():
        is_active = request.POST.get("do") != "close"
        try:
            actions.change_feed(scope, feed_id=one.pk, description=form.description(), is_active=is_active)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, t("決まりを変えました。", "The feed is changed."))
            return redirect("feeds:feed", scope.organisation_code, one.pk)
    return render(request, "feeds/describe.html", {"form": form, "one": one})
