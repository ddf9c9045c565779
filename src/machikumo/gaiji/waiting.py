"""The second reviewer's task: decisions of other people that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from machikumo.gaiji.queries import to_review as decisions_to_review
from machikumo.kernel.tasks.domain import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope


def to_review(scope: Scope) -> Iterator[Task]:
    """One task for all decisions that this person may confirm, with their number."""
    if not scope.has("layouts.approve"):
        return
    count = decisions_to_review(scope).count()
    if count:
        yield Task(
            title_ja=f"外字の同定を確認: {count}件",
            title_en=f"Confirm gaiji decisions: {count}",
            url=reverse("gaiji:review", args=[scope.organisation_code]),
            kind="gaiji",
        )
