"""The page of one row that was set aside: each cell as it came and as it stands, proposals, the check, the history."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from machikumo.kernel.errors import Conflict
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.layouts import mending
from machikumo.layouts.domain.definition import Sensitivity
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.issues import mask
from machikumo.layouts.domain.mending import judged, stands_against
from machikumo.layouts.domain.proposals import Proposal, proposals_for
from machikumo.layouts.domain.rules import compile_rules
from machikumo.layouts.held import cells_of_step
from machikumo.layouts.mending_forms import OPENING_GROUNDS, OpenForm, ReasonForm
from machikumo.layouts.mending_pages import PURPOSE
from machikumo.layouts.models import HeldState, MendingKind
from machikumo.layouts.words import HELD_LOOKS, HELD_STATES, STEPS, rule_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Item
    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.issues import Issue
    from machikumo.layouts.mending import Opened
    from machikumo.layouts.models import HeldRow

OPENED = "opened_rows"  # in the session: when the person opened which row
OPEN_SECONDS = 30 * 60
FIELD = "value:"
NUMBER = re.compile("[0-9]{11,12}")


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the person may see of a row. In a row that cannot be split nothing is sure to stand in its own column."""

    is_opened: bool
    is_broken: bool

    def may_enter(self, item: Item) -> bool:
        """Whether the person may see and mend the item."""
        return self.is_opened or (item.sensitivity is Sensitivity.PLAIN and not self.is_broken)

    def hides(self, item: Item, value: str) -> bool:
        """Whether nobody sees the value: an item of the vault, or what looks like its numbers in a broken row."""
        return item.sensitivity is Sensitivity.VAULT or (self.is_broken and NUMBER.search(value) is not None)

    def shown(self, item: Item, value: str) -> str:
        """The value, or its mask."""
        if not value:
            return ""
        if self.hides(item, value):
            return mask(value, Sensitivity.VAULT)
        return value if self.may_enter(item) else mask(value, Sensitivity.PERSONAL)


@dataclass(frozen=True, slots=True)
class Cell:
    """One item of the row as the page shows it; ``first`` and ``now`` are masked where the person may not see them."""

    item: Item
    first: str
    now: str
    entered: str
    is_changed: bool
    may_enter: bool
    defects: tuple[dict[str, str], ...]
    proposals: tuple[Proposal, ...]


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose=PURPOSE)
def held_row(request: HttpRequest, scope: Scope, held_row_id: int) -> HttpResponse:
    """One row: look at it, try values against the rules, save them, or leave the row out."""
    row = mending.row_of(scope, held_row_id)
    plan = mending.plan_of(scope, row.move_in)
    seen = mending.opened(scope, row, plan)
    eyes = Eyes(_is_opened(request, row), is_broken=not seen.first.is_whole)
    form = ReasonForm(request.POST if request.POST.get("do") in {"save", "leave_out"} else None)
    entered = _entered(request.POST, plan, seen, eyes)
    if request.method == "POST":
        scope.require("layouts.move_in")
        if form.is_bound and form.is_valid():
            done = _done(request, scope, row, form, entered)
            if done is not None:
                return done
            row = mending.row_of(scope, held_row_id)
            seen = mending.opened(scope, row, plan)
        entered |= _accepted(request.POST.get("propose", ""), plan, seen, entered, eyes)
    facts = _facts(scope, row, plan, seen, entered, eyes=eyes)
    if request.headers.get("HX-Request"):
        return render(request, "layouts/held_check.html", facts)
    return render(request, "layouts/held_row.html", facts | {"form": form, "open_form": OpenForm()})


def _done(
    request: HttpRequest, scope: Scope, row: HeldRow, form: ReasonForm, entered: dict[str, str]
) -> HttpResponse | None:
    """The answer when the row was changed; None when it was not, and the form says why."""
    try:
        given: dict[str, Any] = {"held_row_id": row.pk, "revision": int(request.POST.get("revision", "-1"))}
        given["reason"] = form.cleaned_data["reason"]
        if request.POST.get("do") == "leave_out":
            mending.leave_out(scope, **given)
            messages.success(request, t("取り込まない行にしました。", "The row is left out."))
        else:
            done = mending.mend(scope, values=entered, **given)
            _tell(request, done)
    except (Conflict, LayoutError) as error:
        form.add_error(None, str(words(error)))
        return None
    return redirect("layouts:held_row", scope.organisation_code, row.pk)


def _tell(request: HttpRequest, done: HeldRow) -> None:
    if done.state == HeldState.MENDED:
        told = t("修正しました。取込を待っています。", "Mended; the row waits to be taken in.")
        messages.success(request, told)
    else:
        told = t("保存しました。まだ誤りが残っています。", "Saved; there still are errors in the row.")
        messages.warning(request, told)


def _entered(given: Mapping[str, str], plan: Plan, seen: Opened, eyes: Eyes) -> dict[str, str]:
    """What the person put into the cells; those that they may not enter, and empty ones of the vault, are no change."""
    found = {}
    for item, now in zip(plan.layout.items, seen.cells, strict=True):
        value = given.get(f"{FIELD}{item.key}")
        if value is None or not eyes.may_enter(item):
            continue
        if eyes.hides(item, now) and not value:
            continue
        if value != now:
            found[item.key] = value
    return found


def _accepted(chosen: str, plan: Plan, seen: Opened, entered: dict[str, str], eyes: Eyes) -> dict[str, str]:
    """The proposal that the person chose, put into its cell; it is not saved before they save it."""
    key, _, number = chosen.rpartition(":")
    item = plan.layout.by_key.get(key)
    if item is None or not number.isdigit() or not eyes.may_enter(item):
        return {}
    now = entered.get(key, seen.cells[plan.layout.index[key]])
    proposals = _proposals(item, plan, now) or _proposals(item, plan, seen.cells[plan.layout.index[key]])
    return {key: proposals[int(number)].value} if int(number) < len(proposals) else {}


def _proposals(item: Item, plan: Plan, value: str) -> tuple[Proposal, ...]:
    mapped = plan.mapping.mapped_characters if plan.mapping else frozenset()
    rules = compile_rules(plan.layout, mapped=mapped, training=plan.training).cells
    return proposals_for(item, plan.layout, [rule for rule in rules if rule.item.key == item.key], value)


def _facts(
    scope: Scope, row: HeldRow, plan: Plan, seen: Opened, entered: dict[str, str], *, eyes: Eyes
) -> dict[str, Any]:
    tried = tuple(entered.get(item.key, now) for item, now in zip(plan.layout.items, seen.cells, strict=True))
    is_read = seen.first.is_whole or bool(entered) or any(step.kind == MendingKind.CELLS for step in seen.steps)
    issues = judged([tried], plan)[0] if is_read else ()
    cells = _cells(row, plan, seen, entered, issues, eyes=eyes)
    against = stands_against(issues)
    wrong = {defect["item"] for defect in row.defects} | {issue.item for issue in issues}
    touched = [cell for cell in cells if cell.item.key in wrong or cell.is_changed or cell.item.key in entered]
    broken = eyes.is_broken
    return {
        "row": row,
        "one": row.move_in,
        "state": HELD_STATES[row.state],
        "look": HELD_LOOKS[row.state],
        "defects": [(defect, rule_words(defect["rule"])) for defect in row.defects],
        "cells": cells if broken else touched,
        "others": [] if broken else [cell for cell in cells if cell not in touched],
        "surplus": [mask(value, Sensitivity.PERSONAL) for value in seen.first.surplus],
        "is_broken": broken,
        "is_opened": eyes.is_opened,
        "is_tried": bool(entered),
        "is_read": is_read,
        "against": against,
        "looks_beyond": [defect for defect in row.first_defects if defect["rule"].startswith("set.")],
        "steps": _steps(scope, plan, seen, eyes),
        "may_mend": scope.has("layouts.move_in") and row.state != HeldState.TAKEN_IN,
        "minutes": OPEN_SECONDS // 60,
    }


def _cells(
    row: HeldRow, plan: Plan, seen: Opened, entered: dict[str, str], issues: Sequence[Issue], *, eyes: Eyes
) -> list[Cell]:
    told = [
        {"item": issue.item, "message_ja": issue.message_ja, "message_en": issue.message_en} for issue in issues
    ] or [defect for defect in row.defects if not entered]
    found = []
    for item, first, now in zip(plan.layout.items, seen.first.cells, seen.cells, strict=True):
        value = entered.get(item.key, now)
        wrong = tuple(defect for defect in told if defect["item"] == item.key)
        may = eyes.may_enter(item)
        found.append(
            Cell(
                item=item,
                first=eyes.shown(item, first),
                now=eyes.shown(item, now),
                entered=entered.get(item.key, "") if eyes.hides(item, now) else value,
                is_changed=first != now,
                may_enter=may,
                defects=wrong,
                proposals=_proposals(item, plan, value) if wrong and may else (),
            )
        )
    return found


def _steps(scope: Scope, plan: Plan, seen: Opened, eyes: Eyes) -> list[dict[str, Any]]:
    names = names_of(scope, {step.made_by for step in seen.steps})
    numbers = {step.pk: step.number for step in seen.steps}
    return [
        {
            "row": step,
            "kind": STEPS[step.kind],
            "made_by": names[step.made_by],
            "is_undone": step.pk in seen.undone,
            "undoes": numbers.get(step.undoes_id or 0),
            "may_undo": step.kind in {MendingKind.CELLS, MendingKind.LEFT_OUT} and step.pk not in seen.undone,
            "cells": [
                (plan.layout.by_key[key].name, *(eyes.shown(plan.layout.by_key[key], value) for value in pair))
                for key, pair in cells_of_step(scope, step).items()
            ],
        }
        for step in reversed(seen.steps)
    ]


def _is_opened(request: HttpRequest, row: HeldRow) -> bool:
    when = float(request.session.get(OPENED, {}).get(str(row.pk), 0))
    return time.time() - when < OPEN_SECONDS


@require_POST
@work_page("layouts.move_in", purpose=PURPOSE)
def open_row(request: HttpRequest, scope: Scope, held_row_id: int) -> HttpResponse:
    """Open the values of a row for half an hour; the opening is recorded with its ground."""
    ground = request.POST.get("ground", "")
    if ground not in dict(OPENING_GROUNDS):
        messages.warning(request, t("開く根拠を選んでください。", "Please choose the ground."))
        return redirect("layouts:held_row", scope.organisation_code, held_row_id)
    row = mending.open_row(scope, held_row_id=held_row_id, ground=ground)
    now = time.time()
    known = request.session.get(OPENED, {})
    kept = {key: when for key, when in known.items() if now - when < OPEN_SECONDS}
    request.session[OPENED] = kept | {str(row.pk): now}
    return redirect("layouts:held_row", scope.organisation_code, row.pk)


@require_POST
@work_page("layouts.move_in", purpose=PURPOSE)
def undo(request: HttpRequest, scope: Scope, held_row_id: int, mending_id: int) -> HttpResponse:
    """Undo one step of a row."""
    try:
        revision = int(request.POST.get("revision", "-1"))
        reason = request.POST.get("reason", "")
        mending.undo(scope, held_row_id=held_row_id, revision=revision, mending_id=mending_id, reason=reason)
    except (Conflict, LayoutError) as error:
        messages.warning(request, words(error))
    else:
        messages.success(request, t("取り消しました。", "Undone."))
    return redirect("layouts:held_row", scope.organisation_code, held_row_id)
