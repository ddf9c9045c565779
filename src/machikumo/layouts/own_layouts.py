"""A town's own layouts and mappings, which a higher room keeps: found through registries, used like shipped ones.

A source of layouts has ``keys(scope)`` giving (key, name) pairs and ``layout(scope, key)`` giving a Layout or raising
NotFound. A mapping that reads a town's own layout is known as ``<mapping>@<key of the layout>``. A source of mappings
has ``keys(scope)`` too, and ``mapping(scope, key)``; a town's own mapping is known as ``<source>:<key>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.registries import layout_sources, load_targets, mapping_sources
from machikumo.layouts.domain.errors import BadDefinition, LayoutError
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from collections.abc import Collection

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping


def mapping_for(scope: Scope, mapping_key: str) -> Mapping:
    """The mapping of that key, reading the town's own layout where the key names one.

    Raises:
        LayoutError: there is no such mapping; BadDefinition: the layout lacks items that the mapping moves.
    """
    catalogue = shipped()
    owner, _, rest = mapping_key.partition(":")
    if owner in mapping_sources:
        found: Mapping = mapping_sources.get(owner).mapping(scope, rest)
        return found
    key, _, own = mapping_key.partition("@")
    if key not in catalogue.mapping_keys:
        raise LayoutError("変換定義を選んでください。", "Please choose a mapping.")
    return catalogue.mapping(key, own_layout(scope, own) if own else None)


def own_layout(scope: Scope, key: str) -> Layout:
    """A town's own layout by key; NotFound when no source has it."""
    source, _, rest = key.partition(":")
    if source not in layout_sources:
        raise LayoutError("独自レイアウトがありません。", "There is no such layout of the town's own.")
    found: Layout = layout_sources.get(source).layout(scope, rest)
    return shipped().completed(found)


def own_mappings(scope: Scope, targets: Collection[str] = ()) -> list[tuple[str, str]]:
    """Key and name of the town's own mappings that lead to one of the layouts ``targets``, or to any that is loaded."""
    found = []
    for source, one in mapping_sources.items():
        for rest, name in one.keys(scope):
            key = f"{source}:{rest}"
            if not _fits(scope, key):
                continue
            target = mapping_for(scope, key).target.key
            if target in targets if targets else target in load_targets:
                found.append((key, name))
    return found


def own_choices(scope: Scope) -> list[tuple[str, str, str]]:
    """Mapping key, the mapping's key and the layout's name, for every pair that fits together."""
    found = []
    for source, one in layout_sources.items():
        for key, name in one.keys(scope):
            for mapping in shipped().mapping_keys:
                whole = f"{mapping}@{source}:{key}"
                if _fits(scope, whole):
                    found.append((whole, mapping, name))
    return found


def _fits(scope: Scope, mapping_key: str) -> bool:
    try:
        mapping_for(scope, mapping_key)
    except BadDefinition:
        return False
    return True
