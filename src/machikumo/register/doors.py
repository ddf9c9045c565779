"""What the register gives to the registries of the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from machikumo.kernel.ledger.words import ground_sources
from machikumo.kernel.registries import Navigation, export_parts, load_targets, navigation, searches
from machikumo.kernel.tasks.domain import SearchResult
from machikumo.register import leaving
from machikumo.register.grounds import ground_or_usual, grounds

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

IN_THE_BOX = 10


def ground_words() -> dict[str, tuple[str, str]]:
    """The grounds in both languages, by key, for the pages of the ledger."""
    return {key: (ground.ja, ground.en) for key, ground in grounds().items()}


def register_all() -> None:
    """Register the load target and the navigation."""
    export_parts.register(leaving.FOLDER, leaving.standard_part)
    load_targets.register("resident-standard", load)
    ground_sources.register("register", ground_words)
    load_targets.register("resident-standard:read", read_back)
    load_targets.register("resident-standard:incomplete", mark_incomplete)
    load_targets.register("resident-standard:export", export_rows)
    searches.register("residents", find_residents)
    navigation.register(
        "work.register",
        Navigation(
            area="work",
            section="residents",
            order=10,
            title_ja="住民を探す",
            title_en="Find a resident",
            icon="search",
            url_name="register:find",
            permission="register.search",
        ),
    )


def load(scope: Scope, frame: Any, source: str) -> Any:
    """Load a block of standard rows; see actions.load_block."""
    from machikumo.register import actions

    return actions.load_block(scope, frame=frame, source=source)


def read_back(scope: Scope, size: int) -> Any:
    """The recorded rows as frames of text, for the reconciliation; see queries.frames_of."""
    from machikumo.register import queries

    return queries.frames_of(scope, size)


def mark_incomplete(scope: Scope, household_numbers: Any, reason: str, source: str = "") -> int:
    """Mark households that a row set aside belongs to; see actions.mark_incomplete."""
    from machikumo.register import actions

    return actions.mark_incomplete(scope, household_numbers=household_numbers, reason=reason, source=source)


def export_rows(scope: Scope, keys: Any) -> Any:
    """Every recorded version as standard rows with their numbers; see actions.export_rows."""
    from machikumo.register import actions

    return actions.export_rows(scope, keys=keys)


def find_residents(scope: Scope, words: str, ground: str = "") -> list[SearchResult]:
    """The residents for the one search box, at most ten, for those who may search; the ledger keeps who were shown."""
    from machikumo.register import actions
    from machikumo.register.domain.terms import Search, box_terms

    terms = Search(box_terms(words.replace("\x00", "")))
    if terms.is_empty or not scope.has("register.search"):
        return []
    return [
        SearchResult(
            kind="person",
            title_ja=found.name,
            title_en=found.name,
            url=reverse("register:person", args=[scope.organisation_code, found.person_id]),
            detail=found.address,
        )
        for found in actions.search(scope, terms=terms, ground=ground_or_usual(ground), limit=IN_THE_BOX)
    ]


find_residents.takes_ground = True  # type: ignore[attr-defined]  # see kernel.tasks.queries.search
