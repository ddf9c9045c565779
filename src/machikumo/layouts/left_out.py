"""What a move-in could not put into the register or the vault: a finding says what is missing, and of whom.

It is found when a block is loaded, so it is written with the block and outlasts a check that is done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Sum

from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.issues import Issue
from machikumo.layouts.models import MoveInBlock, MoveInIssue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.engine import BlockResult
    from machikumo.layouts.models import MoveIn

CLASH, REFUSED, DIFFERS = "number.clash", "number.refused", "row.differs"
RULES = (CLASH, REFUSED, DIFFERS)
ITEM_LENGTH = 100


def issues_of_loading(result: BlockResult, target: Layout, counts: Any) -> list[Issue]:
    """The findings of a block that was loaded; ``counts`` is what the target's loader gave."""
    return [*_of_numbers(result, target, counts.numbers_left_out), *_of_rows(result, target, counts.differing_rows)]


def _of_numbers(result: BlockResult, target: Layout, left_out: Any) -> Iterator[Issue]:
    """A warning for each number of the block that was left out (``kind``, ``addressee_number``, ``holder``).

    It names the last row of the person in this block, and who holds the number; never the number.
    """
    if not left_out:
        return
    rows = dict(zip(result.converted["addressee_number"].to_list(), result.numbers, strict=True))
    for one in left_out:
        yield Issue(
            rule=CLASH if one.holder else REFUSED,
            severity=Severity.WARNING,
            row=rows[one.addressee_number],
            item=one.kind,
            item_name=target.by_key[one.kind].name,
            facts={"holder": one.holder},
        )


def _of_rows(result: BlockResult, target: Layout, differing: Any) -> Iterator[Issue]:
    """An error for each row of which the register holds another version; names key and items, never a value."""
    if not differing:
        return
    keys = result.converted.select("addressee_number", "history_number", "history_branch").iter_rows()
    rows = {_key(*key): row for key, row in zip(keys, result.numbers, strict=True)}
    for one in differing:
        items = "、".join(target.by_key[item].name for item in one.items)
        history = f"{one.history_number}-{one.history_branch}"
        yield Issue(
            rule=DIFFERS,
            severity=Severity.ERROR,
            row=rows[_key(one.addressee_number, one.history_number, one.history_branch)],
            item=one.items[0],
            item_name=items if len(items) <= ITEM_LENGTH else f"{items[: ITEM_LENGTH - 1]}…",
            facts={"addressee": one.addressee_number, "history": history, "items": items},
        )


def _key(addressee_number: str, history_number: Any, history_branch: Any) -> tuple[str, int, int]:
    return addressee_number, int(history_number or 0), int(history_branch or 0)


def counts_of_blocks(scope: Scope, one: MoveIn) -> dict[str, int]:
    """How many rows of a move-in were there already as they are, and how many with other contents."""
    blocks = MoveInBlock.objects.within(scope).filter(move_in_id=one.pk)
    found = blocks.aggregate(already=Sum("already"), differing=Sum("differing"))
    return {name: count or 0 for name, count in found.items()}


def findings_of_loading(scope: Scope, one: MoveIn) -> list[dict[str, Any]]:
    """What the loading of a move-in found, counted by rule and item as its other findings are, rows first."""
    issues = MoveInIssue.objects.within(scope).filter(move_in_id=one.pk, rule__in=(CLASH, REFUSED))
    grouped = issues.values("rule", "severity", "item").order_by("rule", "item")
    counted = grouped.annotate(count=Count("pk"), name_ja=Min("message_ja"), name_en=Min("message_en"))
    return [*_finding_of_rows(counts_of_blocks(scope, one)["differing"]), *(dict(row) for row in counted)]


def _finding_of_rows(differing: int) -> Iterator[dict[str, Any]]:
    """One line for all differing rows: which they are is in the list of findings."""
    if differing:
        yield {
            "rule": DIFFERS,
            "severity": Severity.ERROR.value,
            "item": "",
            "count": differing,
            "name_ja": "同じ宛名番号・履歴番号の行が台帳にあり、内容が違います（台帳は変えていません）。",
            "name_en": "The register has rows of these keys with other contents; it was left as it is.",
        }
