"""Laying the old system's answers of somebody beside ours, and keeping what is not the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates.queries import residence_codes
from machikumo.comparisons.domain.fields import PRINTED, fields_for, printed_of
from machikumo.comparisons.domain.judging import Verdict, is_asked, judge
from machikumo.comparisons.models import ComparedField, Sampled
from machikumo.register.domain.columns import FLAG_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from machikumo.comparisons.domain.judging import Judgement
    from machikumo.kernel.scope import Scope

PRESENT, LEFT_OUT = "1", "【省略】"
CERTIFICATE, REGISTER = "certificate", "register"
Compared = tuple[str, str, str, str, "Judgement"]  # place, key, old, ours


def answers_from_row(row: Mapping[str, str], head_name: str) -> dict[str, str]:
    """What our rules would print of the old system's own row."""
    words = residence_codes()
    texts = {
        "article_30_45_category_text": words["category"].get(row.get("article_30_45_category", ""), ""),
        "residence_status_text": words["status"].get(row.get("residence_status_code", ""), ""),
    }
    found = printed_of(dict(row) | texts, head_name)
    # a list names the present head of a household, not the one at the time when somebody left it
    return found if row.get("resident_state") == PRESENT else found | {"head_name": LEFT_OUT}


def compare(scope: Scope, one: Sampled, ours: Mapping[str, str], register_row: Mapping[str, str]) -> None:
    """Compare somebody's answers with what our certificate would print, and a list's items with the register's.

    A decision stays where both values are what they were when it was made.
    """
    former = {(row.place, row.key): row for row in ComparedField.objects.within(scope).filter(sampled_id=one.pk)}
    found = [*_certificate(one, ours), *_register(one, register_row)]
    kept = [each for each in found if each[4].verdict is not Verdict.EQUAL]
    ComparedField.objects.within(scope).filter(sampled_id=one.pk).delete()
    ComparedField.objects.within(scope).bulk_create(_row(scope, one, each, former) for each in kept)
    counts = {"compared": len(found), "equal": len(found) - len(kept)}
    Sampled.objects.within(scope).filter(pk=one.pk).update(**counts)


def _certificate(one: Sampled, ours: Mapping[str, str]) -> Iterator[Compared]:
    for key in fields_for(is_foreign=one.is_foreign):
        old = one.answers.get(key, "")
        if is_asked(old) and (key in ours or old):
            yield CERTIFICATE, key, old, ours.get(key, ""), judge(old, ours.get(key, ""))


def _register(one: Sampled, register_row: Mapping[str, str]) -> Iterator[Compared]:
    """Items that neither side fills are not counted; an empty flag is a no."""
    for key, old in one.items.items():
        ours = register_row.get(key, "")
        if key in FLAG_COLUMNS:
            old, ours = old or "0", ours or "0"  # noqa: PLW2901 - both sides in the same form
        if old or ours:
            yield REGISTER, key, old, ours, judge(old, ours)


def _row(
    scope: Scope, one: Sampled, compared: Compared, former: Mapping[tuple[str, str], ComparedField]
) -> ComparedField:
    place, key, old, ours, judgement = compared
    row = ComparedField(
        organisation_id=scope.organisation_id,
        sampled_id=one.pk,
        place=place,
        key=key,
        verdict=judgement.verdict.value,
        reasons=[reason.value for reason in judgement.reasons],
        old=old,
        ours=ours,
    )
    before = former.get((place, key))
    if before is not None and (before.old, before.ours) == (old, ours):
        for name in ("decision", "reason", "decided_by", "decided_role", "decided_at"):
            setattr(row, name, getattr(before, name))
    return row


def known_fields(values: Mapping[str, str]) -> dict[str, str]:
    """Only what a certificate prints, without white space at the ends."""
    return {key: values[key].strip(" \t\r\n") for key in PRINTED if key in values}


def tokens_of(people: Iterable[Sampled]) -> list[str]:
    """How the ledger names these people."""
    return [f"person:{one.token}" for one in people]
