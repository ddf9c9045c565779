"""Reading sets, figures, decisions and maps of user-defined characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.gaiji.domain.coverage import Coverage, coverage
from machikumo.gaiji.domain.decisions import State
from machikumo.gaiji.models import (
    GaijiCandidate,
    GaijiDecision,
    GaijiFigure,
    GaijiMapVersion,
    GaijiSet,
    ReducedForm,
    ReductionTable,
    Status,
    Verdict,
)
from machikumo.kernel.errors import NotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope

DECIDED = (Status.IDENTIFIED, Status.KEPT)


def sets(scope: Scope) -> QuerySet[GaijiSet]:
    """All sets, the newest first."""
    return GaijiSet.objects.within(scope).order_by("-id")


def set_of(scope: Scope, set_id: int) -> GaijiSet:
    """One set; NotFound when the organisation has none of that number."""
    found = sets(scope).select_related("font", "data").filter(pk=set_id).first()
    if found is None:
        raise NotFound
    return found


def figures_of(scope: Scope, one: GaijiSet, *, show: str = "") -> QuerySet[GaijiFigure]:
    """The figures with the most people first; ``show`` is a status or a verdict that narrows them."""
    rows = GaijiFigure.objects.within(scope).filter(gaiji_set=one).order_by("-people", "-cells", "code")
    if show in Status.values:
        return rows.filter(status=show)
    return rows.filter(verdict=show) if show in Verdict.values else rows


def figure_of(scope: Scope, figure_id: int) -> GaijiFigure:
    """One figure with its set; NotFound when the organisation has none of that number."""
    found = GaijiFigure.objects.within(scope).select_related("gaiji_set").filter(pk=figure_id).first()
    if found is None:
        raise NotFound
    return found


def candidates_of(scope: Scope, figure: GaijiFigure) -> list[GaijiCandidate]:
    """The candidates of a figure, the nearest first."""
    return list(GaijiCandidate.objects.within(scope).filter(figure=figure).order_by("rank"))


def first_candidates(scope: Scope, figures: list[GaijiFigure]) -> dict[int, GaijiCandidate]:
    """The nearest candidate of each of some figures, by the figure's number."""
    rows = GaijiCandidate.objects.within(scope).filter(figure__in=figures, rank=1)
    return {row.figure_id: row for row in rows}


def candidate_named(scope: Scope, figure: GaijiFigure, name: str) -> GaijiCandidate | None:
    """The candidate of a figure that bears that name, or None."""
    return GaijiCandidate.objects.within(scope).filter(figure=figure, name=name).first() if name else None


def next_open(scope: Scope, figure: GaijiFigure) -> GaijiFigure | None:
    """The open figure of the same set that touches the most people, another than this one."""
    return figures_of(scope, figure.gaiji_set, show=Status.OPEN).exclude(pk=figure.pk).first()


def decisions_of(scope: Scope, figure: GaijiFigure) -> QuerySet[GaijiDecision]:
    """Every decision about a figure, the newest first."""
    return GaijiDecision.objects.within(scope).filter(figure=figure).order_by("-number")


def decision_of(scope: Scope, decision_id: int) -> GaijiDecision:
    """One decision with its figure; NotFound when the organisation has none of that number."""
    rows = GaijiDecision.objects.within(scope).select_related("figure__gaiji_set")
    found = rows.filter(pk=decision_id).first()
    if found is None:
        raise NotFound
    return found


def to_review(scope: Scope) -> QuerySet[GaijiDecision]:
    """Proposed decisions of other people: what this person may confirm, those that touch the most people first."""
    rows = GaijiDecision.objects.within(scope).filter(state=State.PROPOSED).exclude(decided_by=scope.person)
    return rows.select_related("figure__gaiji_set").order_by("-figure__people", "-figure__cells", "pk")


def confirmed_of(scope: Scope, one: GaijiSet) -> list[GaijiDecision]:
    """The decisions in force of a set, by code point."""
    rows = GaijiDecision.objects.within(scope).filter(figure__gaiji_set=one, state=State.CONFIRMED)
    return list(rows.select_related("figure").order_by("figure__code"))


def coverage_of(scope: Scope, one: GaijiSet) -> Coverage:
    """How much of the use is decided and confirmed."""
    rows = GaijiFigure.objects.within(scope).filter(gaiji_set=one).values_list("cells", "people", "status")
    return coverage((cells, people, status in DECIDED) for cells, people, status in rows)


def versions_of(scope: Scope, one: GaijiSet) -> QuerySet[GaijiMapVersion]:
    """The published maps of a set, the newest first."""
    return GaijiMapVersion.objects.within(scope).filter(gaiji_set=one).order_by("-version")


def version_of(scope: Scope, one: GaijiSet, version: int) -> GaijiMapVersion:
    """One published map; NotFound when there is none of that version."""
    found = versions_of(scope, one).filter(version=version).first()
    if found is None:
        raise NotFound
    return found


def reduction_table(scope: Scope) -> ReductionTable | None:
    """The newest official table that the town has brought, or None."""
    return ReductionTable.objects.within(scope).order_by("-id").first()


def reduced_forms(scope: Scope, figures: list[str]) -> dict[str, list[ReducedForm]]:
    """The reduced forms of some figures in the newest table, strongest ground first."""
    table = reduction_table(scope)
    found: dict[str, list[ReducedForm]] = {}
    if table is not None:
        rows = ReducedForm.objects.within(scope).filter(table=table, figure__in=figures).order_by("figure", "order")
        for row in rows:
            found.setdefault(row.figure, []).append(row)
    return found
