"""What waits for whom in the question log, and what it has against a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from machikumo.kernel.approvals.blockers import Blocker
from machikumo.kernel.tasks.domain import Task
from machikumo.questions import queries
from machikumo.questions.domain.rules import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.approvals.blockers import Signing
    from machikumo.kernel.scope import Scope

ANSWERING = "questions.take_part"
LISTED_TASKS = 40


def tasks_of(scope: Scope) -> Iterator[Task]:
    """Questions that this person's party has to answer by a day, and answers that it has to accept."""
    party = queries.party_of(scope)
    if party is None or not scope.has(ANSWERING):
        return
    rows = queries.questions(scope)
    for one in rows.filter(asked_of=party, state=State.OPEN).order_by("due_on")[:LISTED_TASKS]:
        url = reverse("questions:question", args=[scope.organisation_code, one.number])
        yield Task(
            f"質問に回答: Q{one.number} {one.title}", f"Answer Q{one.number}: {one.title}", url, "question", one.due_on
        )
    answered = rows.filter(asked_by=party, state=State.ANSWERED).count()
    if answered:
        url = reverse("questions:list", args=[scope.organisation_code])
        title_ja, title_en = f"質問への回答を確認: {answered}件", f"Accept answers: {answered}"
        yield Task(title_ja, title_en, f"{url}?state=answered", "question", count=answered)


def blockers(scope: Scope, signing: Signing) -> Iterator[Blocker]:
    """The unsettled questions that stand against a signature, each with its page."""
    for one in queries.standing_against(scope, signing.move_in_ids, signing.mapping_keys):
        url = reverse("questions:question", args=[scope.organisation_code, one.number])
        yield Blocker(
            f"質問 Q{one.number}「{one.title}」が決着していません",
            f"Question Q{one.number} ({one.title}) is not settled",
            url,
        )
