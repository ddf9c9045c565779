"""The town's own layouts: the list, one of them, its editions, and what the room layouts reads of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.definitions.domain.tables import document_of
from machikumo.definitions.models import Edition, OwnLayout
from machikumo.kernel.errors import NotFound
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.definitions.domain.document import Document
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout


def own_layouts(scope: Scope) -> QuerySet[OwnLayout]:
    """All of the town's own layouts, by name."""
    return OwnLayout.objects.within(scope).order_by("name", "pk")


def own_layout_of(scope: Scope, own_layout_id: int) -> OwnLayout:
    """One of them; NotFound for any other town's."""
    found = own_layouts(scope).filter(pk=own_layout_id).first()
    if found is None:
        raise NotFound
    return found


def draft_of(own: OwnLayout) -> Document:
    """The draft as a document."""
    return document_of(own.draft, own.key)


def editions_of(scope: Scope, own: OwnLayout) -> list[Edition]:
    """The published versions, newest first."""
    return list(Edition.objects.within(scope).filter(own_layout_id=own.pk).order_by("-number"))


def last_edition(scope: Scope, own: OwnLayout) -> Edition | None:
    """The newest published version, or None."""
    return Edition.objects.within(scope).filter(own_layout_id=own.pk).order_by("-number").first()


def version_of(scope: Scope, own: OwnLayout, number: int) -> Document:
    """The edition of that number as a document, or the draft for 0; NotFound when there is none."""
    if not number:
        return draft_of(own)
    found = Edition.objects.within(scope).filter(own_layout_id=own.pk, number=number).first()
    if found is None:
        raise NotFound
    return document_of(found.document, own.key)


class OwnSource:
    """What the room layouts asks for: the newest edition of each layout, known as ``<id>.<number>``."""

    def keys(self, scope: Scope) -> list[tuple[str, str]]:
        """Key and name of the newest edition of each of the town's layouts."""
        found: dict[int, tuple[str, str]] = {}
        for one in Edition.objects.within(scope).select_related("own_layout").order_by("own_layout", "number"):
            found[one.own_layout_id] = (
                f"{one.own_layout_id}.{one.number}", f"{one.own_layout.name} 第{one.number}版",
            )  # fmt: skip
        return list(found.values())

    def layout(self, scope: Scope, key: str) -> Layout:
        """The layout of an edition; NotFound when there is none."""
        own, _, number = key.partition(".")
        if not (own.isdigit() and number.isdigit() and int(number)):
            raise NotFound
        return version_of(scope, own_layout_of(scope, int(own)), int(number)).layout(shipped().code_lists)
