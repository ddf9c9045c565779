"""Deciding about a figure: one person proposes, another confirms or gives back; nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from machikumo.gaiji.domain.decisions import Outcome, State, checked, refuse_same_person
from machikumo.gaiji.domain.errors import WrongDecision
from machikumo.gaiji.models import GaijiDecision, GaijiFigure, Status
from machikumo.gaiji.queries import candidate_named, decision_of, decisions_of, figure_of
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from machikumo.gaiji.domain.decisions import Decision
    from machikumo.kernel.scope import Scope

GROUND = "data_migration"


@action(permission="layouts.gaiji")
def propose(scope: Scope, *, figure_id: int, decision: Decision) -> GaijiDecision:
    """A decision that waits for a second person.

    Raises:
        WrongDecision: it is not whole.
        Conflict: another proposal for the figure is open, or the figure has no writing to be kept in a map.
    """
    figure = figure_of(scope, figure_id)
    checked(decision)
    last = decisions_of(scope, figure).first()
    taken = candidate_named(scope, figure, decision.figure)
    try:
        with transaction.atomic():
            row = GaijiDecision.objects.add(
                scope,
                figure=figure,
                number=last.number + 1 if last else 1,
                rank=taken.rank if taken else None,
                decided_by=scope.person,
                decided_at=timezone.now(),
                **_fields(decision),
            )
    except IntegrityError:
        raise Conflict(
            "この外字には確認待ちの決定がすでにあります。先にそれを確認してください。",
            "A decision on this character waits for its second reviewer: see to that first.",
        ) from None
    _set_status(scope, figure, Status.PROPOSED)
    facts = {"figure": decision.figure, "outcome": decision.outcome.value, "number": row.number}
    record(scope, event="gaiji.proposed", subject=f"gaiji_figure:{figure_id}", ground=GROUND, details=facts)
    return row


def _fields(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome.value,
        "name": decision.figure,
        "text": decision.text,
        "display": decision.display,
        "reduced": decision.reduced,
        "reduced_to": decision.reduced_to.value if decision.reduced_to else "",
        "ground": decision.ground.value if decision.ground else "",
        "reason": decision.reason,
    }


@action(permission="layouts.approve")
def confirm(scope: Scope, *, decision_id: int, note: str = "") -> GaijiDecision:
    """Confirm somebody else's decision: it is in force, and the one before it is superseded.

    Raises:
        SamePerson: this person proposed it.
        Conflict: somebody was first.
    """
    row = _open_decision(scope, decision_id)
    before = GaijiDecision.objects.within(scope).filter(figure=row.figure, state=State.CONFIRMED)
    before.update(state=State.SUPERSEDED)
    _move(scope, row, State.CONFIRMED, note)
    _set_status(scope, row.figure, _status_of(row))
    return row


@action(permission="layouts.approve")
def return_to(scope: Scope, *, decision_id: int, note: str) -> GaijiDecision:
    """Give somebody else's decision back with a reason; the figure stands as before it.

    Raises:
        SamePerson, Conflict: as for ``confirm``.
        WrongDecision: there is no reason.
    """
    if not note.strip():
        raise WrongDecision("差し戻す理由を書いてください。", "Please say why you give it back.")
    row = _open_decision(scope, decision_id)
    _move(scope, row, State.RETURNED, note)
    in_force = decisions_of(scope, row.figure).filter(state=State.CONFIRMED).first()
    _set_status(scope, row.figure, _status_of(in_force) if in_force else Status.OPEN)
    return row


def _status_of(row: GaijiDecision) -> Status:
    return Status.IDENTIFIED if row.outcome == Outcome.IDENTIFIED else Status.KEPT


def _open_decision(scope: Scope, decision_id: int) -> GaijiDecision:
    row = decision_of(scope, decision_id)
    refuse_same_person(row.decided_by, scope.person)
    if row.state != State.PROPOSED:
        raise _too_late()
    return row


def _too_late() -> Conflict:
    return Conflict(
        "この決定はほかの人が先に処理しました。最新の状態を確認してください。",
        "Somebody else dealt with this decision first: look at its present state.",
    )


def _move(scope: Scope, row: GaijiDecision, state: State, note: str) -> None:
    """Compare and set: of two people who act at once, the second gets Conflict."""
    facts = {"state": state, "reviewed_by": scope.person, "reviewed_at": timezone.now(), "review_note": note}
    rows = GaijiDecision.objects.within(scope).filter(pk=row.pk, state=State.PROPOSED)
    if not rows.update(**facts):
        raise _too_late()
    row.refresh_from_db()
    record(
        scope,
        event=f"gaiji.{state.value}",
        subject=f"gaiji_figure:{row.figure_id}",
        ground=GROUND,
        details={"figure": row.name, "outcome": row.outcome, "number": row.number},
    )


def _set_status(scope: Scope, figure: GaijiFigure, status: Status) -> None:
    GaijiFigure.objects.within(scope).filter(pk=figure.pk).update(status=status)
    figure.status = status
