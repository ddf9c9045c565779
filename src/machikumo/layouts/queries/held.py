"""Reading the rows that a run set aside: how many are where, and which they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from machikumo.layouts.models import HeldRow, HeldState, Mending, MendingBatch, MoveIn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Account:
    """What became of every row that a run read; ``listed`` of those set aside can be mended in the pages.

    ``set_aside`` are all that were not accepted at once, ``waiting`` those mended and not taken in yet.
    """

    read: int
    accepted: int
    set_aside: int
    mended: int
    left_out: int
    waiting: int
    listed: int

    @property
    def held(self) -> int:
        """Rows that are still set aside, mended ones that wait to be taken in among them."""
        return self.set_aside - self.mended - self.left_out

    @property
    def total(self) -> int:
        """The sum over what became of the rows, to be held against the rows read."""
        return self.accepted + self.mended + self.left_out + self.held

    @property
    def unlisted(self) -> int:
        """Rows of the quarantine file that no page lists yet."""
        return self.set_aside - self.listed

    @property
    def adds_up(self) -> bool:
        """Whether every row that was read is accounted for."""
        return self.total == self.read

    @property
    def is_settled(self) -> bool:
        """Whether accepted, mended and left out are all rows that were read, so that nothing is open."""
        return self.adds_up and self.held == 0


def account_of(scope: Scope, one: MoveIn) -> Account:
    """Every row of a run: accepted at once, mended and taken in, left out with a reason, or still set aside."""
    rows = HeldRow.objects.within(scope).filter(move_in_id=one.pk).order_by("state")
    counts = dict(rows.values_list("state").annotate(count=Count("pk")))
    return Account(
        read=one.rows,
        accepted=one.accepted,
        set_aside=one.quarantined,
        mended=counts.get(HeldState.TAKEN_IN, 0),
        left_out=counts.get(HeldState.LEFT_OUT, 0),
        waiting=counts.get(HeldState.MENDED, 0),
        listed=sum(counts.values()),
    )


def held_rows(scope: Scope, one: MoveIn, *, rule: str = "", item: str = "", state: str = "") -> QuerySet[HeldRow]:
    """The listed rows of a run in the order of its file, of a rule, an item and a state where these are given."""
    rows = HeldRow.objects.within(scope).filter(move_in_id=one.pk).defer("original").order_by("row", "pk")
    wanted = {name: value for name, value in (("rule", rule), ("item", item)) if value}
    if wanted:
        rows = rows.filter(defects__contains=[wanted])
    return rows.filter(state=state) if state else rows


@dataclass(frozen=True, slots=True)
class Defect:
    """A rule broken on an item, and how many listed rows are set aside by it."""

    rule: str
    item: str
    item_name: str
    message_ja: str
    message_en: str
    rows: int


def defects_of(scope: Scope, one: MoveIn) -> list[Defect]:
    """Every pair of rule and item that sets listed rows aside, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], dict[str, str]] = {}
    rows = HeldRow.objects.within(scope).filter(move_in_id=one.pk, state=HeldState.HELD)
    for defects in rows.values_list("defects", flat=True).iterator():
        pairs = {(defect["rule"], defect["item"]): defect for defect in defects}
        for pair, defect in pairs.items():
            counts[pair] = counts.get(pair, 0) + 1
            first.setdefault(pair, defect)
    found = [
        Defect(rule, item, one["item_name"], one["message_ja"], one["message_en"], rows=count)
        for (rule, item), count in counts.items()
        for one in (first[rule, item],)
    ]
    return sorted(found, key=lambda one: (-one.rows, one.rule, one.item))


def mended_runs(scope: Scope, one: MoveIn) -> QuerySet[MoveIn]:
    """The runs of a run's mended rows, newest first."""
    return MoveIn.objects.within(scope).filter(mends_id=one.pk).select_related("file").order_by("-pk")


def batches_of(scope: Scope, one: MoveIn) -> QuerySet[MendingBatch]:
    """The bulk mendings of a run, newest first."""
    return MendingBatch.objects.within(scope).filter(move_in_id=one.pk)


def steps_of(scope: Scope, rows: Iterable[int]) -> QuerySet[Mending]:
    """The steps of some rows, oldest first."""
    return Mending.objects.within(scope).filter(held_row_id__in=list(rows)).order_by("held_row_id", "number")
