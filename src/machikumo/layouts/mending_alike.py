"""The same mending of many rows with the same defect: looked at first, made as one, undone as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.ledger import action, record
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.issues import mask
from machikumo.layouts.domain.mending import judged, stands_against
from machikumo.layouts.domain.proposals import proposals_for
from machikumo.layouts.domain.rules import compile_rules
from machikumo.layouts.held import add_step
from machikumo.layouts.mending import (
    PURPOSE,
    Opened,
    changed,
    opened,
    plan_of,
    refuse_closed,
    required,
    stored,
    undo_step,
)
from machikumo.layouts.models import HeldRow, HeldState, Mending, MendingBatch, MendingKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.issues import Issue

PROPOSAL, VALUE, REPLACE, LEAVE_OUT = "proposal", "value", "replace", "leave_out"
WAYS = (PROPOSAL, VALUE, REPLACE, LEAVE_OUT)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Way:
    """How rows are mended: the surest proposal of each, one value, a part of the value replaced, or left out."""

    kind: str
    value: str = ""
    find: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a preview; before and after are masked as the item asks."""

    row: HeldRow
    before: str
    after: str
    passes: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk mending would do: rows with the defect, rows changed, rows without errors then, and the first lines.

    ``untouched`` are rows for which the way has no other value.
    """

    rows: int
    changed: int
    passing: int
    lines: tuple[Line, ...]

    @property
    def untouched(self) -> int:
        """Rows that stay as they are."""
        return self.rows - self.changed


@dataclass(frozen=True, slots=True)
class _Work:
    row: HeldRow
    seen: Opened
    cells: dict[str, list[str]]
    issues: tuple[Issue, ...]


def alike(scope: Scope, move_in_id: int, rule: str, item: str) -> QuerySet[HeldRow]:
    """The listed rows that are set aside by that rule on that item, in the order of the file."""
    held = HeldRow.objects.within(scope).filter(move_in_id=move_in_id, state=HeldState.HELD)
    return held.filter(defects__contains=[{"rule": rule, "item": item}]).order_by("row", "pk")


def preview(scope: Scope, *, move_in_id: int, rule: str, item: str, way: Way) -> Preview:
    """What the mending would do; nothing is written. LayoutError for a way that makes no sense there."""
    one = refuse_closed(scope, move_in_id)
    plan = plan_of(scope, one)
    rows = list(alike(scope, move_in_id, rule, item))
    work = _worked(scope, rows, item, way, plan)
    sensitivity = plan.layout.by_key[item].sensitivity if item in plan.layout.by_key else None
    lines = []
    for done in work[:SHOWN]:
        before, after = done.cells.get(item, ["", ""])
        shown = (mask(before, sensitivity), mask(after, sensitivity)) if sensitivity and done.cells else ("", "")
        lines.append(Line(done.row, *shown, passes=not stands_against(done.issues)))
    passing = sum(not stands_against(done.issues) for done in work)
    return Preview(len(rows), len(work), len(work) if way.kind == LEAVE_OUT else passing, tuple(lines))


def _worked(scope: Scope, rows: Sequence[HeldRow], item: str, way: Way, plan: Plan) -> list[_Work]:
    """The rows that the way changes, judged all at once."""
    found: list[tuple[HeldRow, Opened, dict[str, list[str]], tuple[str, ...]]] = []
    meant = _meaning(item, way, plan)
    for row in rows:
        seen = opened(scope, row, plan)
        if way.kind == LEAVE_OUT:
            found.append((row, seen, {}, seen.cells))
            continue
        place = plan.layout.index[item]
        cells = changed(seen, {item: meant(seen.cells[place])}, plan)
        if cells:
            after = (*seen.cells[:place], cells[item][1], *seen.cells[place + 1 :])
            found.append((row, seen, cells, after))
    issues = judged([after for *_, after in found], plan) if found else []
    return [_Work(row, seen, cells, told) for (row, seen, cells, _), told in zip(found, issues, strict=True)]


def _meaning(item: str, way: Way, plan: Plan) -> Callable[[str], str]:
    """The function from a value to what it becomes; the value itself where the way has nothing to say."""
    if way.kind == LEAVE_OUT:
        return lambda value: value
    if way.kind not in WAYS or item not in plan.layout.by_key:
        raise LayoutError("この誤りは、まとめて値を直せません。", "Values of this defect cannot be mended together.")
    if way.kind == VALUE:
        return lambda _value: way.value
    if way.kind == REPLACE:
        if not way.find:
            raise LayoutError("置き換える文字を入力してください。", "Please say what is to be replaced.")
        return lambda value: value.replace(way.find, way.value)
    column = plan.layout.by_key[item]
    mapped = plan.mapping.mapped_characters if plan.mapping else frozenset()
    rules = compile_rules(plan.layout, mapped=mapped, training=plan.training).cells
    own = [rule for rule in rules if rule.item.key == item]

    def proposed(value: str) -> str:
        proposals = proposals_for(column, plan.layout, own, value)
        return proposals[0].value if proposals else value

    return proposed


@action(permission="layouts.move_in")
def mend_alike(
    scope: Scope, *, move_in_id: int, rule: str, item: str, way: Way, expected: int, reason: str
) -> MendingBatch:
    """Mend all listed rows with that defect in one way, as the preview showed.

    Raises:
        Conflict: by now it would change another number of rows than ``expected``.
        LayoutError: it would change none, or no reason is given.
    """
    one = refuse_closed(scope, move_in_id)
    plan = plan_of(scope, one)
    rows = list(alike(scope, move_in_id, rule, item).select_for_update())
    work = _worked(scope, rows, item, way, plan)
    if len(work) != expected:
        raise Conflict(
            f"対象の行が{expected}行から{len(work)}行に変わりました。もう一度確かめてください。",
            f"{len(work)} rows would be changed now, not {expected}. Please look again.",
        )
    if not work:
        raise LayoutError("直せる行がありません。", "There is no row that this would change.")
    batch = MendingBatch.objects.add(
        scope, move_in_id=move_in_id, rule=rule, item=item, way=way.kind, rows=len(work), reason=required(reason),
        made_by=scope.person,
    )  # fmt: skip
    kind = MendingKind.LEFT_OUT if way.kind == LEAVE_OUT else MendingKind.CELLS
    for done in work:
        add_step(scope, done.row, kind, done.cells, reason=batch.reason, batch=batch)
        stored(scope, done.row, plan, issues=done.issues)
    facts = {"rule": rule, "item": item, "way": way.kind, "rows": len(work)}
    record(scope, event="held_rows.mended", subject=f"mending_batch:{batch.pk}", ground=PURPOSE, details=facts)
    return batch


@action(permission="layouts.move_in")
def undo_batch(scope: Scope, *, batch_id: int, reason: str) -> int:
    """Undo a bulk mending in every row in which it still stands; gives how many rows.

    Raises Conflict when it is undone already, or a row of it is in the register.
    """
    batch = MendingBatch.objects.within(scope).select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    if batch.undone_at is not None:
        raise Conflict("この一括修正はすでに取り消されています。", "This bulk mending is undone already.")
    plan = plan_of(scope, refuse_closed(scope, batch.move_in_id))
    told = required(reason)
    steps = Mending.objects.within(scope).filter(batch_id=batch.pk, undone_by__isnull=True)
    steps = steps.exclude(kind=MendingKind.UNDONE).select_related("held_row").order_by("held_row_id")
    rows = HeldRow.objects.within(scope).select_for_update().in_bulk([step.held_row_id for step in steps])
    if any(row.state == HeldState.TAKEN_IN for row in rows.values()):
        raise Conflict(
            "この一括修正の行は取り込み済みのため、取り消せません。",
            "Rows of this bulk mending are in the register: it cannot be undone.",
        )
    for step in steps:
        undo_step(scope, rows[step.held_row_id], step, told, plan)
    batch.undone_by, batch.undone_at = scope.person, timezone.now()
    batch.save(update_fields=["undone_by", "undone_at"])
    facts = {"rows": len(rows)}
    record(scope, event="held_rows.undone", subject=f"mending_batch:{batch.pk}", ground=PURPOSE, details=facts)
    return len(rows)
