"""Reading the vault's table without opening anything; opening is an action, because it leaves a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from machikumo.kernel.errors import NotFound
from machikumo.kernel.numbers.models import NumberRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.kernel.numbers.domain.digits import NumberKind
    from machikumo.kernel.scope import Scope


def kinds_of(scope: Scope, subject: str) -> list[str]:
    """Return which kinds of number are kept of a subject."""
    records = NumberRecord.objects.within(scope).filter(subject=subject)
    return list(records.order_by("kind").values_list("kind", flat=True))


def subjects_with(scope: Scope, *, kind: NumberKind, subjects: Sequence[str]) -> set[str]:
    """Return which of the subjects have a number of the kind."""
    records = NumberRecord.objects.within(scope).filter(kind=kind, subject__in=list(subjects))
    return set(records.values_list("subject", flat=True))


def record_of(scope: Scope, *, kind: NumberKind, subject: str) -> NumberRecord:
    """Return the closed record of a subject.

    Raises:
        NotFound: there is none in this organisation.
    """
    record = NumberRecord.objects.within(scope).filter(kind=kind, subject=subject).first()
    if record is None:
        raise NotFound("この人の番号は登録されていません。", "No number is kept of this person.")
    return record


def count_by_version(scope: Scope) -> dict[int, int]:
    """Return how many numbers each version of the encryption key closes."""
    rows = NumberRecord.objects.within(scope).values_list("key_version").annotate(count=Count("id"))
    return dict(rows.order_by("key_version"))
