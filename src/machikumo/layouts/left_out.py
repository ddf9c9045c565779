"""Numbers that the vault did not take at a move-in: the row is in the register, and a finding says what is missing.

They are found when a block is loaded, so they are written with the block and outlast a check that is done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min

from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.issues import Issue
from machikumo.layouts.models import MoveInIssue

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.engine import BlockResult
    from machikumo.layouts.models import MoveIn

CLASH, REFUSED = "number.clash", "number.refused"
RULES = (CLASH, REFUSED)


def issues_of_numbers(result: BlockResult, target: Layout, left_out: Any) -> list[Issue]:
    """A warning for each number of the block that was left out (``kind``, ``addressee_number``, ``holder``).

    It names the last row of the person in this block, and who holds the number; never the number.
    """
    if not left_out:
        return []
    rows = dict(zip(result.converted["addressee_number"].to_list(), result.numbers, strict=True))
    return [
        Issue(
            rule=CLASH if one.holder else REFUSED,
            severity=Severity.WARNING,
            row=rows[one.addressee_number],
            item=one.kind,
            item_name=target.by_key[one.kind].name,
            facts={"holder": one.holder},
        )
        for one in left_out
    ]


def findings_of_numbers(scope: Scope, one: MoveIn) -> list[dict[str, Any]]:
    """The numbers left out of a move-in, counted by rule and item as its other findings are."""
    issues = MoveInIssue.objects.within(scope).filter(move_in_id=one.pk, rule__in=RULES)
    grouped = issues.values("rule", "severity", "item").order_by("rule", "item")
    counted = grouped.annotate(count=Count("pk"), name_ja=Min("message_ja"), name_en=Min("message_en"))
    return [dict(row) for row in counted]
