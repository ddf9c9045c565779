"""Rows that a run set aside, listed for people: a bounded number a rule, all of them being in the quarantine file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.kernel.files.pieces import close_piece, open_piece
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.mending import Seams
from machikumo.layouts.models import HeldRow, HeldState, Mending, MendingKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.blocks import Place
    from machikumo.layouts.domain.engine import BlockResult, Reject
    from machikumo.layouts.domain.issues import Issue
    from machikumo.layouts.models import MoveIn

LISTED_A_RULE = 1_000
LISTED = 10_000
LONGEST_ROW = 1 << 17  # bytes that one listed row may have
_TOLD = ("rule", "item", "item_name", "value", "message_ja", "message_en", "remedy_ja", "remedy_en")


def told(issues: Iterable[Issue]) -> list[dict[str, str]]:
    """The issues as they are kept with a row; values are masked as ever."""
    return [{name: str(getattr(issue, name)) for name in _TOLD} for issue in issues if issue.severity is Severity.ERROR]


@dataclass(slots=True)
class HeldList:
    """What is listed of a run's rejects: at most so many a rule, and those whose offsets are ``wanted``."""

    wanted: frozenset[int] = frozenset()
    rows: list[tuple[Place, list[dict[str, str]]]] = field(default_factory=list)
    offsets: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, result: BlockResult) -> None:
        """Take the rejects of a block."""
        for reject in result.rejects:
            self.offsets.add(reject.place.offset)
            if self._is_listed(reject):
                self.rows.append((reject.place, told(reject.issues)))

    def _is_listed(self, reject: Reject) -> bool:
        rules = {issue.rule for issue in reject.issues if issue.severity is Severity.ERROR}
        if reject.place.offset in self.wanted:
            return True
        if len(self.rows) >= LISTED or len(reject.place.raw) > LONGEST_ROW:
            return False
        if all(self.counts[rule] >= LISTED_A_RULE for rule in rules):
            return False
        self.counts.update(rules)
        return True


def list_for(scope: Scope, one: MoveIn) -> HeldList:
    """The empty list of a run; a run of mended rows must tell of each of them."""
    if one.mends_id is None:
        return HeldList()
    rows = HeldRow.objects.within(scope).filter(move_in_id=one.mends_id).exclude(state=HeldState.LEFT_OUT)
    seams = _seams(one)
    return HeldList(frozenset(seams.patched_offset(offset) for offset in rows.values_list("offset", flat=True)))


def _seams(one: MoveIn) -> Seams:
    return Seams([(at, old, new) for at, old, new in one.patches])


def settle(scope: Scope, one: MoveIn, found: HeldList) -> None:
    """Write the rows of a run down; those of a run of mended rows are judged in the run whose rows they are.

    Doing it twice, as after a worker died, writes nothing twice.
    """
    if one.mends_id is None:
        add_rows(scope, one.pk, found.rows)
        return
    seams = _seams(one)
    rejected = {seams.first_offset(offset) for offset in found.offsets}
    defects = {seams.first_offset(place.offset): issues for place, issues in found.rows}
    rows = HeldRow.objects.within(scope).filter(move_in_id=one.mends_id)
    for row in rows.filter(state__in=(HeldState.HELD, HeldState.MENDED)).select_for_update().order_by("pk"):
        if row.offset not in rejected:
            row.taken_in_by_id = one.pk
            _move(scope, row, HeldState.TAKEN_IN, [])
        elif row.state == HeldState.MENDED:
            _return(scope, row, defects[row.offset])


def add_rows(scope: Scope, move_in_id: int, rows: Iterable[tuple[Place, list[dict[str, str]]]]) -> int:
    """List rows of a run, each once; gives how many were asked for."""
    fresh = [
        HeldRow(
            organisation_id=scope.organisation_id,
            move_in_id=move_in_id,
            row=place.row,
            line=place.line,
            offset=place.offset,
            length=len(place.raw),
            original=close_piece(scope, _name(move_in_id, place.offset), place.raw),
            first_defects=issues,
            defects=issues,
        )
        for place, issues in rows
    ]
    HeldRow.objects.within(scope).bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    return len(fresh)


def _return(scope: Scope, row: HeldRow, defects: list[dict[str, str]]) -> None:
    """A mended row that the whole file's rules refuse waits again, and its history says so."""
    reason = "、".join(defect["message_ja"] for defect in defects)
    add_step(scope, row, MendingKind.RETURNED, {}, reason=reason)
    _move(scope, row, HeldState.HELD, defects)


def give_back(scope: Scope, run_id: int) -> int:
    """Let the rows that came in with a run wait again, as its load was undone; gives how many."""
    rows = HeldRow.objects.within(scope).filter(taken_in_by_id=run_id, state=HeldState.TAKEN_IN)
    standing = Mending.objects.within(scope).filter(kind=MendingKind.CELLS, undone_by__isnull=True)
    found = list(rows.select_for_update().order_by("pk"))
    for row in found:
        is_mended = standing.filter(held_row_id=row.pk).exists()
        row.taken_in_by_id = None
        _move(scope, row, *((HeldState.MENDED, []) if is_mended else (HeldState.HELD, row.first_defects)))
    return len(found)


def _move(scope: Scope, row: HeldRow, state: HeldState, defects: list[dict[str, str]]) -> None:
    row.state, row.defects, row.revision = state, defects, row.revision + 1
    row.changed_by, row.changed_at = scope.person, timezone.now()
    row.save(update_fields=["state", "defects", "revision", "changed_by", "changed_at", "taken_in_by"])


def _name(move_in_id: int, offset: int) -> str:
    return f"held_row:{move_in_id}:{offset}"


def original_of(scope: Scope, row: HeldRow) -> bytes:
    """The row's bytes as they came."""
    return open_piece(scope, _name(row.move_in_id, row.offset), bytes(row.original))


def add_step(
    scope: Scope, row: HeldRow, kind: MendingKind, cells: dict[str, list[str]], *, reason: str, **links: Any
) -> Mending:
    """The next step in a row's history; ``cells`` are values before and after by item, and are kept closed."""
    number = row.revision + 1
    text = json.dumps(cells, ensure_ascii=False).encode()
    return Mending.objects.add(
        scope,
        held_row_id=row.pk,
        number=number,
        kind=kind,
        cells=close_piece(scope, f"mending:{row.pk}:{number}", text),
        reason=reason,
        made_by=scope.person,
        **links,
    )


def cells_of_step(scope: Scope, step: Mending) -> dict[str, list[str]]:
    """Values before and after by item."""
    found: dict[str, list[str]] = json.loads(
        open_piece(scope, f"mending:{step.held_row_id}:{step.number}", bytes(step.cells))
    )
    return found
