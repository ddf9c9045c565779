"""What the newest side-by-side run says to whoever decides about the cut-over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from machikumo.comparisons import queries
from machikumo.cutover.domain.decisions import Evidence
from machikumo.kernel.approvals.blockers import Blocker

if TYPE_CHECKING:
    from machikumo.kernel.approvals.blockers import Signing
    from machikumo.kernel.scope import Scope

SYSTEM = "resident_record"


def side_by_side(scope: Scope) -> Evidence | None:
    """One sentence with its figures; None before the first run."""
    one = queries.comparisons(scope).first()
    if one is None:
        return None
    figures = queries.figures_of(scope, one)
    return Evidence(
        f"{figures.people}人中{figures.answered}人を照合、差異{figures.different}件"
        f"（未判断{figures.undecided}件・直すもの{figures.to_mend}件）",
        f"{figures.answered} of {figures.people} people compared; {figures.different} differences"
        f" ({figures.undecided} undecided, {figures.to_mend} to be mended)",
        holds=figures.is_done,
        url=reverse("comparisons:comparison", args=[scope.organisation_code, one.pk]),
    )


def blockers(scope: Scope, signing: Signing) -> list[Blocker]:
    """What is not settled of the newest run stands against the signature under the real move of resident records."""
    one = queries.comparisons(scope).first()
    if one is None or not signing.is_real or signing.system != SYSTEM:
        return []
    figures = queries.figures_of(scope, one)
    waiting = figures.undecided + figures.to_mend
    if not waiting:
        return []
    address = reverse("comparisons:comparison", args=[scope.organisation_code, one.pk])
    return [Blocker(f"併行稼働の照合の差異 {waiting}件", f"{waiting} differences side by side", address, waiting)]
