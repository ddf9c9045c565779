"""What questions of a move's question log may be tied to here: one figure of a set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from machikumo.gaiji import queries
from machikumo.kernel.errors import NotFound
from machikumo.kernel.registries import question_subjects

if TYPE_CHECKING:
    from machikumo.gaiji.models import GaijiFigure
    from machikumo.kernel.scope import Scope

KIND = "gaiji"


def register_all() -> None:
    """Register what ties to a figure mean."""
    question_subjects.register(KIND, told)


def told(scope: Scope, tie: Any) -> tuple[str, str, str]:
    """The figure of a tie (``gaiji_set``, ``code`` such as U+E001) in both languages, and its page."""
    one = queries.set_of(scope, int(tie.fact("gaiji_set")))
    figure = next((row for row in queries.figures_of(scope, one) if row.label == tie.fact("code")), None)
    if figure is None:
        raise NotFound
    url = reverse("gaiji:figure", args=[scope.organisation_code, figure.pk])
    return f"{one.system} の外字 {figure.label}", f"{figure.label} of {one.system}", url


def address_to_ask(scope: Scope, figure: GaijiFigure) -> str:
    """Where a question about a figure is asked."""
    tie = f"{KIND}?{urlencode({'gaiji_set': figure.gaiji_set_id, 'code': figure.label})}"
    return f"{reverse('questions:new', args=[scope.organisation_code])}?{urlencode({'about': tie})}"
