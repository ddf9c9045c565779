"""Opening, answering and signing the yearly access review of a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel import ledger
from machikumo.kernel.errors import NotFound
from machikumo.organisations import queries
from machikumo.organisations.actions.people import end_reviewed
from machikumo.organisations.domain.reviews import (
    Answer,
    ReviewRefused,
    digest_of,
    due_on,
    fiscal_year_of,
    refuse_own,
    refuse_unsigned,
)
from machikumo.organisations.models import AccessReview, AccessReviewLine, Appointment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.scope import Scope


@ledger.action(permission="organisations.manage_people")
def open_reviews(scope: Scope) -> int:
    """Open this fiscal year's review of every section with people in it; gives how many are new. Safe to repeat."""
    today = timezone.localdate()
    year = fiscal_year_of(today)
    reviewed = set(AccessReview.objects.within(scope).filter(fiscal_year=year).values_list("section_id", flat=True))
    count = 0
    for section in queries.sections_of(scope).exclude(pk__in=reviewed):
        rows = Appointment.objects.within(scope).filter(queries.held_on(today), section=section)
        if not rows:
            continue
        review = AccessReview.objects.add(
            scope, fiscal_year=year, section=section, opened_on=today, due_on=due_on(today)
        )
        AccessReviewLine.objects.within(scope).bulk_create(
            AccessReviewLine(organisation_id=scope.organisation_id, review=review, appointment=row) for row in rows
        )
        count += 1
    ledger.record(scope, event="reviews.opened", details={"year": year, "count": count})
    return count


@ledger.action(permission="organisations.review_access")
def answer(scope: Scope, *, review_id: int, decisions: Mapping[int, str]) -> AccessReview:
    """Say of each line (its id) ``keep`` or ``end``; nobody answers for their own role."""
    review = _open(scope, review_id)
    for line in queries.review_lines(scope, review):
        decision = decisions.get(line.pk)
        if decision in {"keep", "end"} and decision != line.decision:
            refuse_own(_answer(line), scope.person)
            line.decision = decision
            line.save(update_fields=["decision"])
    ledger.record(scope, event="review.answered", subject=f"review:{review.pk}", details={"count": len(decisions)})
    return review


@ledger.action(permission="organisations.review_access")
def sign(scope: Scope, *, review_id: int) -> AccessReview:
    """Sign a review in which every role is decided on; roles marked ``end`` end today. It never changes afterwards."""
    review = _open(scope, review_id)
    lines = list(queries.review_lines(scope, review))
    answers = [_answer(line) for line in lines]
    refuse_unsigned(answers)
    for line in lines:
        if line.decision == "end":
            end_reviewed(scope, appointment_id=line.appointment_id, ends_on=timezone.localdate())
    review.signed_by, review.signed_at, review.digest = scope.person, timezone.now(), digest_of(answers)
    review.save(update_fields=["signed_by", "signed_at", "digest"])
    ledger.record(
        scope,
        event="review.signed",
        subject=f"review:{review.pk}",
        details={"year": review.fiscal_year, "roles": len(lines), "digest": review.digest},
    )
    return review


def _open(scope: Scope, review_id: int) -> AccessReview:
    review = AccessReview.objects.within(scope).select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound
    if review.signed_at is not None:
        raise ReviewRefused("この点検は署名済みで、変更できません。", "This review is signed and cannot be changed.")
    if not queries.may_review(scope, review):
        raise ReviewRefused(
            "この課の点検は、この課の課長かCIO・CISOが行います。", "The section's head, the CIO or the CISO reviews it."
        )
    return review


def _answer(line: AccessReviewLine) -> Answer:
    account = line.appointment.staff_member.account
    return Answer(line.appointment_id, account.person if account else "", line.appointment.role, line.decision)
