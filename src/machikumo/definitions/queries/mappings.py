"""The town's own mappings: the list, one of them, its editions, its layouts, and what the room layouts asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.definitions.domain.relating.faults import Around
from machikumo.definitions.domain.relating.sheets import sheet_from
from machikumo.definitions.models import MappingEdition, OwnMapping
from machikumo.kernel.errors import NotFound
from machikumo.kernel.registries import layout_sources
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.own_layouts import own_layout
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import move_ins

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.definitions.domain.relating.sheets import MappingSheet
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping

RECEIVED = 50


def own_mappings(scope: Scope) -> QuerySet[OwnMapping]:
    """All of the town's own mappings, by name."""
    return OwnMapping.objects.within(scope).order_by("name", "pk")


def own_mapping_of(scope: Scope, own_mapping_id: int) -> OwnMapping:
    """One of them; NotFound for any other town's."""
    found = own_mappings(scope).filter(pk=own_mapping_id).first()
    if found is None:
        raise NotFound
    return found


def editions_of(scope: Scope, own: OwnMapping) -> list[MappingEdition]:
    """The published versions, newest first."""
    return list(MappingEdition.objects.within(scope).filter(own_mapping_id=own.pk).order_by("-number"))


def sheet_at(scope: Scope, own: OwnMapping, number: int) -> MappingSheet:
    """The edition of that number as a sheet, or the draft for 0; NotFound when there is none."""
    if not number:
        return sheet_from(own.draft, own.key)
    found = MappingEdition.objects.within(scope).filter(own_mapping_id=own.pk, number=number).first()
    if found is None:
        raise NotFound
    return sheet_from(found.document, own.key)


def layout_at(scope: Scope, reference: str) -> Layout:
    """A layout by key of a shipped one, or ``own:<layout>.<edition>``.

    Raises:
        NotFound, LayoutError: there is none.
    """
    if ":" in reference:
        return own_layout(scope, reference)
    if reference not in shipped().layout_keys:
        raise BadDefinition(reference, "この名前の定義はありません。", "there is no definition of this name.")
    return shipped().layout(reference)


def around(scope: Scope, own: OwnMapping) -> Around:
    """What the sheets of a mapping refer to."""
    source, target = (layout_at(scope, reference) for reference in (own.source_layout, own.target_layout))
    return Around(source, target, shipped().code_lists, shipped().gaiji)


def layout_choices(scope: Scope) -> list[tuple[str, str, str]]:
    """Reference, Japanese and English name of each layout that a mapping may go from or to."""
    own = [(f"{source}:{key}", name, name) for source, one in layout_sources.items() for key, name in one.keys(scope)]
    known = [shipped().layout(key) for key in shipped().layout_keys]
    return [*own, *((one.key, one.name, one.name_en or one.name) for one in known)]


def received_files(scope: Scope, layout_key: str = "") -> list[Any]:
    """The move-ins whose file is still kept, newest first; of one layout when given."""
    found = move_ins(scope).filter(file__removed_at__isnull=True)
    return list((found.filter(layout_key=layout_key) if layout_key else found)[:RECEIVED])


class OwnMappings:
    """What the room layouts asks for: the newest edition of each mapping, known as ``<id>.<number>``."""

    def keys(self, scope: Scope) -> list[tuple[str, str]]:
        """Key and name of the newest edition of each of the town's mappings."""
        found: dict[int, tuple[str, str]] = {}
        editions = MappingEdition.objects.within(scope).select_related("own_mapping")
        for one in editions.order_by("own_mapping", "number"):
            found[one.own_mapping_id] = (
                f"{one.own_mapping_id}.{one.number}", f"{one.own_mapping.name} 第{one.number}版",
            )  # fmt: skip
        return list(found.values())

    def mapping(self, scope: Scope, key: str) -> Mapping:
        """The mapping of an edition; NotFound when there is none."""
        number, _, edition = key.partition(".")
        if not (number.isdigit() and edition.isdigit() and int(edition)):
            raise NotFound
        own = own_mapping_of(scope, int(number))
        return around(scope, own).mapping(sheet_at(scope, own, int(edition)))
