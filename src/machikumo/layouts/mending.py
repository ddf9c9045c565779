"""Mending rows that were set aside: every step is kept with its author and reason, and may be undone by another step.

The rules that set a row aside judge it again at every step. Nothing is mended by itself, and the bytes that came stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.ledger import action, record
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.ui.dates import moment
from machikumo.layouts import acceptance
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.mending import Reading, judged, mended, reading_of, stands_against
from machikumo.layouts.domain.wide import narrowed_mapping
from machikumo.layouts.held import add_step, cells_of_step, original_of, told
from machikumo.layouts.models import HeldRow, HeldState, Mending, MendingKind, MoveIn, MoveInState
from machikumo.layouts.own_layouts import mapping_for
from machikumo.layouts.queries.move_ins import move_in_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.issues import Issue

AT_WORK = (MoveInState.RECEIVED, MoveInState.CHECKING, MoveInState.LOADING)
PURPOSE = "data_migration"


def plan_of(scope: Scope, one: MoveIn) -> Plan:
    """What the rows of a run are judged by: the very rules of its check.

    Raises LayoutError when the definitions are others now than at the check.
    """
    whole = mapping_for(scope, one.mapping_key)
    if (whole.digest, whole.source.digest) != (one.mapping_digest, one.layout_digest):
        raise LayoutError(
            "検査のあとで定義が変わったため、行を直せません。ファイルをもう一度受け入れてください。",
            "The definitions changed since the check: rows cannot be mended. Please hand the file over again.",
        )
    mapping = narrowed_mapping(whole)
    return Plan(layout=mapping.source, mapping=mapping, training=scope.training, fingerprints=False)


def row_of(scope: Scope, held_row_id: int) -> HeldRow:
    """One row that was set aside; NotFound for any other municipality's."""
    found = HeldRow.objects.within(scope).select_related("move_in").filter(pk=held_row_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Opened:
    """A row in the clear: how it came, how it stands, and its history, oldest first; ``undone`` are steps' keys."""

    first: Reading
    cells: tuple[str, ...]
    steps: tuple[Mending, ...]
    undone: frozenset[int]


def opened(scope: Scope, row: HeldRow, plan: Plan) -> Opened:
    """The row with its history; for the program's eyes, what people may see of it is the page's matter."""
    steps = tuple(Mending.objects.within(scope).filter(held_row_id=row.pk).order_by("number"))
    undone = frozenset(step.undoes_id for step in steps if step.undoes_id)
    first = reading_of(original_of(scope, row), plan.layout)
    changes = ({key: pair[1] for key, pair in cells_of_step(scope, step).items()} for step in _standing(steps, undone))
    return Opened(first, mended(first.cells, changes, plan.layout), steps, undone)


def _standing(steps: Iterable[Mending], undone: frozenset[int]) -> list[Mending]:
    return [step for step in steps if step.kind == MendingKind.CELLS and step.pk not in undone]


def verdict(row: HeldRow, seen: Opened, issues: Sequence[Issue]) -> tuple[HeldState, list[dict[str, str]]]:
    """Where a row stands with its steps, and what stands against it."""
    left = [step for step in seen.steps if step.kind == MendingKind.LEFT_OUT and step.pk not in seen.undone]
    if not _standing(seen.steps, seen.undone):
        return (HeldState.LEFT_OUT if left else HeldState.HELD), list(row.first_defects)
    against = told(stands_against(issues))
    if left:
        return HeldState.LEFT_OUT, against
    return (HeldState.HELD if against else HeldState.MENDED), against


@action(permission="layouts.move_in")
def mend(scope: Scope, *, held_row_id: int, revision: int, values: Mapping[str, str], reason: str) -> HeldRow:
    """The row with new values in some items; those that are as they stand are no change.

    It is judged at once: without errors it waits to be taken in, else it stays set aside with what is left.

    Raises:
        Conflict: another person changed the row since ``revision``, or it cannot be mended any more.
        LayoutError: nothing is changed, no reason is given, or a value holds a control character.
    """
    row, plan = ready(scope, held_row_id, revision), None
    plan = plan_of(scope, row.move_in)
    seen = opened(scope, row, plan)
    cells = changed(seen, values, plan)
    if not cells and seen.first.is_whole:
        raise LayoutError("値が変わっていません。", "No value was changed.")
    step = add_step(scope, row, MendingKind.CELLS, cells, reason=required(reason))
    stored(scope, row, plan)
    facts = {"row": row.row, "items": ",".join(cells), "state": row.state, "step": step.number}
    _recorded(scope, "held_row.mended", row, facts)
    return row


def changed(seen: Opened, values: Mapping[str, str], plan: Plan) -> dict[str, list[str]]:
    """Before and after of the items that a person changed; LayoutError for what no cell can hold."""
    found = {}
    for key, value in values.items():
        place = plan.layout.index.get(key)
        if place is None:
            raise LayoutError(f"項目「{key}」はありません。", f"There is no item '{key}'.")
        if any(sign < " " for sign in value):
            raise LayoutError("値に改行や制御文字は入れられません。", "A value cannot hold control characters.")
        if seen.cells[place] != value:
            found[key] = [seen.cells[place], value]
    return found


@action(permission="layouts.move_in")
def leave_out(scope: Scope, *, held_row_id: int, revision: int, reason: str) -> HeldRow:
    """The row is not taken in, for a reason that the report counts; errors as for ``mend``."""
    row = ready(scope, held_row_id, revision)
    if row.state == HeldState.LEFT_OUT:
        raise Conflict("この行はすでに「取り込まない」です。", "The row is left out already.")
    add_step(scope, row, MendingKind.LEFT_OUT, {}, reason=required(reason))
    stored(scope, row, plan_of(scope, row.move_in))
    _recorded(scope, "held_row.left_out", row, {"row": row.row})
    return row


@action(permission="layouts.move_in")
def undo(scope: Scope, *, held_row_id: int, revision: int, mending_id: int, reason: str) -> HeldRow:
    """The row without one of its steps, which stays in its history as undone; errors as for ``mend``."""
    row = ready(scope, held_row_id, revision)
    step = Mending.objects.within(scope).filter(pk=mending_id, held_row_id=row.pk).first()
    if step is None or step.kind not in (MendingKind.CELLS, MendingKind.LEFT_OUT):
        raise NotFound
    undo_step(scope, row, step, required(reason), plan_of(scope, row.move_in))
    _recorded(scope, "held_row.undone", row, {"row": row.row, "step": step.number})
    return row


def undo_step(scope: Scope, row: HeldRow, step: Mending, reason: str, plan: Plan, **links: Any) -> None:
    """Add the step that undoes another; Conflict when it is undone already."""
    if Mending.objects.within(scope).filter(undoes_id=step.pk).exists():
        raise Conflict("この修正はすでに取り消されています。", "This step is undone already.")
    cells = {key: [pair[1], pair[0]] for key, pair in cells_of_step(scope, step).items()}
    add_step(scope, row, MendingKind.UNDONE, cells, reason=reason, undoes=step, **links)
    stored(scope, row, plan)


@action(permission="layouts.move_in")
def open_row(scope: Scope, *, held_row_id: int, ground: str) -> HeldRow:
    """The row, of which the person will now see the values; that is written down with the ground."""
    row = row_of(scope, held_row_id)
    _recorded(scope, "held_row.opened", row, {"row": row.row}, ground=ground)
    return row


def ready(scope: Scope, held_row_id: int, revision: int) -> HeldRow:
    """The row, locked, if it still is as the person saw it; Conflict says who was first, or why it is closed."""
    row = HeldRow.objects.within(scope).select_for_update().filter(pk=held_row_id).first()
    if row is None:
        raise NotFound
    if row.revision != revision:
        who = names_of(scope, [row.changed_by])[row.changed_by]
        when = moment(row.changed_at) if row.changed_at else ""
        raise Conflict(
            f"この行は{who}さんが先に変更しました（{when}）。今の内容を見てからやり直してください。",
            f"{who} changed this row first ({when}). Please look at it as it is now.",
        )
    refuse_closed(scope, row.move_in_id)
    if row.state == HeldState.TAKEN_IN:
        raise Conflict(
            "この行は取り込み済みです。直すときは窓口の画面で台帳を修正してください。",
            "The row is in the register: correct it there.",
        )
    return row


def refuse_closed(scope: Scope, move_in_id: int) -> MoveIn:
    """The run, if its rows may be mended now; Conflict says why not."""
    one = move_in_of(scope, move_in_id)
    if one.state != MoveInState.RECONCILED:
        raise Conflict("取込と照合が終わってから直してください。", "Rows can be mended after the reconciliation.")
    if MoveIn.objects.within(scope).filter(mends_id=one.pk, state__in=AT_WORK).exists():
        raise Conflict(
            "直した行を取り込んでいる最中です。終わってから直してください。",
            "Mended rows are being taken in: please wait until that has ended.",
        )
    asked = acceptance.latest(scope, one)
    if asked is not None and asked.state == "approved":
        raise Conflict("この移行結果は確認済みで、直せません。", "This move-in is accepted and closed.")
    return one


def stored(scope: Scope, row: HeldRow, plan: Plan, *, issues: Sequence[Issue] | None = None) -> None:
    """Write where the row stands after its newest step, by compare and set."""
    seen = opened(scope, row, plan)
    if issues is None:
        issues = judged([seen.cells], plan)[0]
    state, defects = verdict(row, seen, issues)
    facts: dict[str, Any] = {"state": state, "defects": defects, "revision": row.revision + 1}
    facts |= {"changed_by": scope.person, "changed_at": timezone.now()}
    rows = HeldRow.objects.within(scope).filter(pk=row.pk, revision=row.revision)
    if not rows.update(**facts):
        raise Conflict("この行はほかの人が先に変更しました。", "Somebody else changed this row first.")
    for name, value in facts.items():
        setattr(row, name, value)


def required(reason: str) -> str:
    """The reason; LayoutError when it is empty."""
    if not reason.strip():
        raise LayoutError("理由を入力してください。", "Please give the reason.")
    return reason.strip()


def _recorded(scope: Scope, event: str, row: HeldRow, details: dict[str, Any], *, ground: str = PURPOSE) -> None:
    facts = {"move_in": row.move_in_id} | details
    record(scope, event=event, subject=f"held_row:{row.pk}", ground=ground, details=facts)
