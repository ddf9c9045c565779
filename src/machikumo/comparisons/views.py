"""Pages of the side-by-side run: the list, a run, its list file, somebody's fields, typing from paper, the report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.comparisons import actions, queries
from machikumo.comparisons.domain.fields import masked
from machikumo.comparisons.domain.judging import Decision, Verdict
from machikumo.comparisons.forms import DecideForm, DrawForm, ListForm, PaperForm
from machikumo.comparisons.reporting import MEDIA_TYPE, workbook
from machikumo.comparisons.words import DECISIONS, FORMS, LOOKS, PLACES, SOURCES, STRATA, VERDICTS, key_words
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link, page_of
from machikumo.layouts.own_layouts import own_choices
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from django.http import HttpRequest

    from machikumo.comparisons.models import ComparedField, Comparison, Sampled
    from machikumo.kernel.scope import Scope


@require_GET
@work_page("layouts.view", purpose="data_migration")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All runs."""

    def to_one(one: Any) -> Any:
        return link(one.name, reverse("comparisons:comparison", args=[scope.organisation_code, one.pk]))

    columns = (
        Column("name", t("名前", "Name"), heading=True, cell=to_one),
        Column("size", t("人数", "People"), kind="number"),
        Column("seed", t("種", "Seed"), kind="code"),
        Column("made_at", t("抽出", "Drawn"), kind="moment"),
    )
    page = page_of(request, queries.comparisons(scope))
    table = Table(columns, page, caption=t("併行稼働の照合", "Side by side"), total=page.paginator.count)
    return render(request, "comparisons/list.html", {"page": page, "table": table})


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def new(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Draw a sample."""
    form = DrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.draw_sample(scope, **form.cleaned_data, today=timezone.localdate())
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            return redirect("comparisons:comparison", scope.organisation_code, one.pk)
    return render(request, "comparisons/new.html", {"form": form})


@require_GET
@work_page("layouts.view", purpose="data_migration")
def comparison(request: HttpRequest, scope: Scope, comparison_id: int) -> HttpResponse:
    """One run: figures, strata, and its people by their numbers; nobody's values are on it."""
    one = queries.comparison_of(scope, comparison_id)
    people = queries.people_of(scope, one)
    facts = {
        "one": one,
        "figures": queries.figures_of(scope, one),
        "strata": _strata(people),
        "table": _people(scope, one, people),
        "may_take": scope.has("layouts.move_in"),
    }
    return render(request, "comparisons/comparison.html", facts)


def _strata(people: list[Sampled]) -> list[tuple[Any, int]]:
    counts = Counter(stratum for person in people for stratum in person.strata)
    return [(STRATA[stratum], counts[stratum]) for stratum in STRATA if counts[stratum]]


def _people(scope: Scope, one: Comparison, people: list[Sampled]) -> Table:
    standing = queries.standing_of_people(scope, one)

    def to_person(person: Sampled) -> Any:
        address = reverse("comparisons:person", args=[scope.organisation_code, person.pk])
        return link(t(f"{person.number}番", f"No. {person.number}"), address)

    def result(person: Sampled) -> Any:
        count = standing.get(person.pk, Counter())
        if not person.source:
            return chip("未回答", "Not answered", kind="neutral")
        if count["undecided"]:
            return chip(f"未判断 {count['undecided']}件", f"{count['undecided']} undecided", kind="error")
        if count["to_mend"]:
            return chip(f"直すもの {count['to_mend']}件", f"{count['to_mend']} to be mended", kind="warning")
        return chip("済み", "Done", kind="success")

    columns = (
        Column("number", t("番号", "No."), heading=True, cell=to_person),
        Column("strata", t("層", "Strata"), cell=lambda row: "、".join(str(STRATA[each]) for each in row.strata)),
        Column("source", t("回答", "Answer"), cell=lambda row: SOURCES[row.source]),
        Column("compared", t("比べた項目", "Compared"), kind="number"),
        Column("equal", t("一致", "Equal"), kind="number"),
        Column("form", VERDICTS["form"], kind="number", cell=lambda row: standing.get(row.pk, Counter())["form"]),
        Column(
            "different", VERDICTS["different"], kind="number",
            cell=lambda row: standing.get(row.pk, Counter())["different"],
        ),
        Column("result", t("結果", "Result"), cell=result),
    )  # fmt: skip
    return Table(columns, people, caption=t("抽出した人", "The sample"), total=len(people), unit=("人", "people"))


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def take_list(request: HttpRequest, scope: Scope, comparison_id: int) -> HttpResponse:
    """Take the old system's list."""
    one = queries.comparison_of(scope, comparison_id)
    form = ListForm(request.POST or None, request.FILES or None, choices=_mappings(scope))
    if request.method == "POST" and form.is_valid():
        upload, key = form.cleaned_data["file"], form.cleaned_data["mapping"]
        try:
            found = actions.take_list(
                scope, comparison_id=one.pk, name=upload.name, data=upload.read(), mapping_key=key
            )
        except MachikumoError as error:
            form.add_error("file", words(error))
        else:
            messages.success(
                request, t(f"{found}人の回答を照合しました。", f"The answers of {found} people are compared.")
            )
            return redirect("comparisons:comparison", scope.organisation_code, one.pk)
    return render(request, "comparisons/take_list.html", {"form": form, "one": one})


def _mappings(scope: Scope) -> list[tuple[str, Any]]:
    catalogue = shipped()
    names = {key: catalogue.mapping(key) for key in catalogue.mapping_keys}
    fitting = {key: each for key, each in names.items() if each.target.key == "resident-standard"}
    own = [
        (key, t(f"{names[base].name}（{name}）", f"{names[base].name_en} ({name})"))
        for key, base, name in own_choices(scope)
    ]
    return [*((key, t(each.name, each.name_en)) for key, each in fitting.items()), *own]


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def again(request: HttpRequest, scope: Scope, comparison_id: int) -> HttpResponse:
    """Compare with the register as it is now."""
    count = actions.compare_again(scope, comparison_id=comparison_id)
    messages.success(request, t(f"{count}人を照合し直しました。", f"{count} people were compared again."))
    return redirect("comparisons:comparison", scope.organisation_code, comparison_id)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def report(_request: HttpRequest, scope: Scope, comparison_id: int) -> HttpResponse:
    """The report as a workbook."""
    one = actions.make_report(scope, comparison_id=comparison_id)
    answer = HttpResponse(workbook(scope, one), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="side-by-side-{one.pk}.xlsx"'
    return answer


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose="data_migration")
def person(request: HttpRequest, scope: Scope, sampled_id: int) -> HttpResponse:
    """Somebody's fields, masked until they are opened by a button, which is recorded."""
    one = queries.sampled_of(scope, sampled_id)
    is_open = request.method == "POST"
    rows = (
        actions.open_person(scope, sampled_id=one.pk, ground="data_migration")
        if is_open
        else queries.fields_of(scope, one)
    )
    names = names_of(scope, {row.decided_by for row in rows if row.decided_by})
    facts = {
        "person": one,
        "one": one.comparison,
        "source": SOURCES[one.source],
        "strata": [STRATA[stratum] for stratum in one.strata],
        "fields": [_field(row, names, is_open=is_open) for row in rows],
        "is_open": is_open,
        "may_open": scope.has("layouts.move_in") or scope.has("register.view"),
        "may_take": scope.has("layouts.move_in"),
        "decisions": DECISIONS.items(),
    }
    return render(request, "comparisons/person.html", facts)


def _field(row: ComparedField, names: dict[str, str], *, is_open: bool) -> dict[str, Any]:
    return {
        "row": row,
        "name": key_words(row.place, row.key),
        "place": PLACES[row.place],
        "verdict": VERDICTS[row.verdict],
        "look": LOOKS[Verdict(row.verdict)],
        "reasons": [FORMS[reason] for reason in row.reasons],
        "old": row.old if is_open else masked(row.old),
        "ours": row.ours if is_open else masked(row.ours),
        "is_different": row.verdict == Verdict.DIFFERENT,
        "decision": DECISIONS[row.decision] if row.decision else "",
        "by": names.get(row.decided_by, ""),
    }


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def paper(request: HttpRequest, scope: Scope, sampled_id: int) -> HttpResponse:
    """Type what stands on the old system's certificate; what we would print is not shown beside it."""
    one = queries.sampled_of(scope, sampled_id)
    form = PaperForm(request.POST or None, is_foreign=one.is_foreign)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_paper(scope, sampled_id=one.pk, values=form.cleaned_data)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, t("照合しました。", "Compared."))
            return redirect("comparisons:person", scope.organisation_code, one.pk)
    return render(request, "comparisons/paper.html", {"form": form, "person": one, "one": one.comparison})


@require_POST
@work_page("layouts.view", purpose="data_migration")
def decide(request: HttpRequest, scope: Scope, field_id: int) -> HttpResponse:
    """Decide about a difference."""
    row = queries.field_of(scope, field_id)
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            actions.decide(
                scope,
                field_id=row.pk,
                decision=Decision(form.cleaned_data["decision"]),
                reason=form.cleaned_data["reason"],
            )
        except MachikumoError as error:
            messages.error(request, words(error))
    else:
        messages.error(request, t("判断を選び、理由を書いてください。", "Choose a decision and write its reason."))
    return redirect("comparisons:person", scope.organisation_code, row.sampled_id)
