"""Pages of all rows that a run set aside: the list, mending many at once, taking mended rows in, going on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.errors import Conflict
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link, page_of
from machikumo.layouts import mending_alike, taking_in
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.mending import refuse_closed
from machikumo.layouts.mending_forms import AlikeForm, HeldFilter, ReasonForm
from machikumo.layouts.queries import held as queries
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.layouts.words import HELD_LOOKS, HELD_STATES, RULES, STATES, rule_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.models import HeldRow, MoveIn

PURPOSE = "data_migration"


@require_GET
@work_page("layouts.view", purpose=PURPOSE)
def held_rows(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """The rows of a run that were set aside: filtered by rule, item and state; what is to be done with them."""
    one = move_in_of(scope, move_in_id)
    if one.mends_id:
        return redirect("layouts:held", scope.organisation_code, one.mends_id)
    defects = queries.defects_of(scope, one)
    form = HeldFilter(request.GET, defects=defects, names=RULES)
    narrowing = {name: form.cleaned_data[name] for name in ("rule", "item", "state")} if form.is_valid() else {}
    page = page_of(request, queries.held_rows(scope, one, **narrowing), size=50)
    facts = {
        "one": one,
        "form": form,
        "page": page,
        "table": Table(_columns(scope), page, caption=t("保留した行", "Rows set aside"), query=request.GET,
                       total=page.paginator.count, unit=("行", "rows")),
        "defects": [(defect, rule_words(defect.rule)) for defect in defects],
        "account": queries.account_of(scope, one),
        "runs": [(run, STATES.get(run.state, run.state)) for run in queries.mended_runs(scope, one)],
        "batches": _batches(scope, one),
        "closed": _closed(scope, one),
        "may_mend": scope.has("layouts.move_in"),
        "reason_form": ReasonForm(),
    }  # fmt: skip
    return render(request, "layouts/held.html", facts)


def _columns(scope: Scope) -> tuple[Column, ...]:
    def first(row: HeldRow, name: str) -> Any:
        defects = row.defects or row.first_defects
        return defects[0][name] if defects else ""

    def wrong(row: HeldRow) -> Any:
        told = [t(defect["message_ja"], defect["message_en"]) for defect in row.defects or row.first_defects]
        return told[0] if len(told) == 1 else t(
            f"{told[0]} ほか{len(told) - 1}件", f"{told[0]} and {len(told) - 1} more"
        ) if told else ""  # fmt: skip

    def state(row: HeldRow) -> Any:
        return chip(HELD_STATES[row.state], HELD_STATES[row.state], kind=HELD_LOOKS[row.state])

    def to_row(row: HeldRow) -> Any:
        words_of = t(f"{row.row:,} 行目", f"Row {row.row:,}")
        return link(words_of, reverse("layouts:held_row", args=[scope.organisation_code, row.pk]))

    return (
        Column("row", t("行", "Row"), heading=True, cell=to_row),
        Column("rule", t("規則", "Rule"), cell=lambda row: rule_words(first(row, "rule"))),
        Column("item", t("項目", "Item"), cell=lambda row: first(row, "item_name")),
        Column("value", t("値（伏字）", "Value (masked)"), kind="code", cell=lambda row: first(row, "value")),
        Column("wrong", t("何が", "What"), cell=wrong),
        Column("state", t("状態", "State"), cell=state),
    )


def _batches(scope: Scope, one: MoveIn) -> list[dict[str, Any]]:
    rows = list(queries.batches_of(scope, one))
    names = names_of(scope, {person for row in rows for person in (row.made_by, row.undone_by) if person})
    return [
        {"row": row, "rule": rule_words(row.rule), "made_by": names[row.made_by], "undone_by": names.get(row.undone_by)}
        for row in rows
    ]


def _closed(scope: Scope, one: MoveIn) -> Any:
    """Why the rows cannot be mended now; nothing when they can."""
    try:
        refuse_closed(scope, one.pk)
    except Conflict as error:
        return words(error)
    return ""


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose=PURPOSE)
def alike(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """Mend all listed rows with one defect: choose how, look at what would change, do it."""
    one = move_in_of(scope, move_in_id)
    rule, item = request.GET.get("rule", ""), request.GET.get("item", "")
    form = AlikeForm(request.POST or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"move_in_id": one.pk, "rule": rule, "item": item, "way": form.chosen}
        try:
            if form.cleaned_data["expected"] is not None and request.POST.get("do") == "mend":
                reason, expected = form.cleaned_data["reason"], form.cleaned_data["expected"]
                batch = mending_alike.mend_alike(scope, expected=expected, reason=reason, **given)
                messages.success(request, t(f"{batch.rows}行を処理しました。", f"{batch.rows} rows were dealt with."))
                return redirect("layouts:held", scope.organisation_code, one.pk)
            preview = mending_alike.preview(scope, **given)
        except (Conflict, LayoutError) as error:
            form.add_error(None, str(words(error)))
    defect = next((one for one in queries.defects_of(scope, one) if (one.rule, one.item) == (rule, item)), None)
    facts = {"one": one, "form": form, "preview": preview, "defect": defect, "rule": rule_words(rule)}
    return render(request, "layouts/held_alike.html", facts)


@require_POST
@work_page("layouts.move_in", purpose=PURPOSE)
def undo_batch(request: HttpRequest, scope: Scope, move_in_id: int, batch_id: int) -> HttpResponse:
    """Undo a bulk mending as one."""
    try:
        count = mending_alike.undo_batch(scope, batch_id=batch_id, reason=request.POST.get("reason", ""))
    except (Conflict, LayoutError) as error:
        messages.warning(request, words(error))
    else:
        messages.success(request, t(f"{count}行の修正を取り消しました。", f"The mending of {count} rows is undone."))
    return redirect("layouts:held", scope.organisation_code, move_in_id)


@require_POST
@work_page("layouts.move_in", purpose=PURPOSE)
def take_in(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """Start the run of the mended rows."""
    try:
        run = taking_in.take_in(scope, move_in_id=move_in_id)
    except Conflict as error:
        messages.warning(request, words(error))
        return redirect("layouts:held", scope.organisation_code, move_in_id)
    messages.success(request, t("修正した行の取込を始めました。", "Taking the mended rows in has begun."))
    return redirect("layouts:move_in", scope.organisation_code, run.pk)


@require_POST
@work_page("layouts.move_in", purpose=PURPOSE)
def list_more(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """List more rows of the quarantine file."""
    count = taking_in.list_more(scope, move_in_id=move_in_id)
    messages.success(request, t(f"{count}行を一覧に加えました。", f"{count} rows were added to the list."))
    return redirect("layouts:held", scope.organisation_code, move_in_id)


@require_POST
@work_page("layouts.move_in", purpose=PURPOSE)
def go_on(request: HttpRequest, scope: Scope, move_in_id: int) -> HttpResponse:
    """Let a run go on that its limits stopped."""
    try:
        taking_in.go_on(scope, move_in_id=move_in_id, reason=request.POST.get("reason", ""))
    except (Conflict, LayoutError) as error:
        messages.warning(request, words(error))
    else:
        messages.success(request, t("取込を続けます。", "The move-in goes on."))
    return redirect("layouts:move_in", scope.organisation_code, move_in_id)
