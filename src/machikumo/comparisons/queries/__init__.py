"""Reading side-by-side runs: the list, one with its people, what is not settled, figures for report and evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.comparisons.domain.judging import Decision, Verdict, is_settled
from machikumo.comparisons.models import ComparedField, Comparison, Sampled
from machikumo.kernel.errors import NotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Figures:
    """What came out of a run: people, and fields by verdict; ``undecided`` and ``to_mend`` are still to be done."""

    people: int
    answered: int
    compared: int
    equal: int
    form: int
    different: int
    undecided: int
    to_mend: int

    @property
    def is_done(self) -> bool:
        """Whether everybody is answered and every difference settled."""
        return self.people > 0 and self.answered == self.people and not self.undecided and not self.to_mend


def comparisons(scope: Scope) -> QuerySet[Comparison]:
    """All runs of the municipality, newest first."""
    return Comparison.objects.within(scope).order_by("-pk")


def comparison_of(scope: Scope, comparison_id: int) -> Comparison:
    """One run; NotFound for any other municipality's."""
    found = comparisons(scope).filter(pk=comparison_id).first()
    if found is None:
        raise NotFound
    return found


def people_of(scope: Scope, one: Comparison) -> list[Sampled]:
    """The sample in the order in which it was drawn."""
    return list(Sampled.objects.within(scope).filter(comparison_id=one.pk).order_by("number"))


def sampled_of(scope: Scope, sampled_id: int) -> Sampled:
    """Somebody of a sample; NotFound otherwise."""
    found = Sampled.objects.within(scope).select_related("comparison").filter(pk=sampled_id).first()
    if found is None:
        raise NotFound
    return found


def fields_of(scope: Scope, sampled: Sampled) -> list[ComparedField]:
    """The fields of somebody that are not the same text: differences first."""
    rows = ComparedField.objects.within(scope).filter(sampled_id=sampled.pk).order_by("place", "pk")
    return sorted(rows, key=lambda row: row.verdict != Verdict.DIFFERENT)


def field_of(scope: Scope, field_id: int) -> ComparedField:
    """One field; NotFound otherwise."""
    found = ComparedField.objects.within(scope).select_related("sampled").filter(pk=field_id).first()
    if found is None:
        raise NotFound
    return found


def all_fields_of(scope: Scope, one: Comparison) -> list[ComparedField]:
    """Every field of a run that is not the same text, by person."""
    rows = ComparedField.objects.within(scope).filter(sampled__comparison_id=one.pk).select_related("sampled")
    return list(rows.order_by("sampled__number", "place", "pk"))


def figures_of(scope: Scope, one: Comparison) -> Figures:
    """What came out so far."""
    people, rows = people_of(scope, one), all_fields_of(scope, one)
    verdicts = Counter(row.verdict for row in rows)
    differences = [row for row in rows if row.verdict == Verdict.DIFFERENT]
    return Figures(
        people=len(people),
        answered=sum(bool(person.source) for person in people),
        compared=sum(person.compared for person in people),
        equal=sum(person.equal for person in people),
        form=verdicts[Verdict.FORM],
        different=verdicts[Verdict.DIFFERENT],
        undecided=sum(not row.decision for row in differences),
        to_mend=sum(bool(row.decision) and not is_settled(row.decision) for row in differences),
    )


def standing_of_people(scope: Scope, one: Comparison) -> dict[int, Counter[str]]:
    """By person of the sample: fields of each verdict, and differences that wait or are to be mended."""
    found: dict[int, Counter[str]] = {}
    for row in all_fields_of(scope, one):
        count = found.setdefault(row.sampled_id, Counter())
        count[row.verdict] += 1
        if row.verdict == Verdict.DIFFERENT:
            count["undecided"] += not row.decision
            count["to_mend"] += row.decision == Decision.OLD_RIGHT
    return found
