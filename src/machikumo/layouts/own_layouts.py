"""A town's own layouts, which a higher room keeps: found through the registry, used in place of a shipped one.

A source of layouts has ``keys(scope)`` giving (key, name) pairs and ``layout(scope, key)`` giving a Layout or raising
NotFound. A mapping that reads a town's own layout is known as ``<mapping>@<key of the layout>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.registries import layout_sources
from machikumo.layouts.domain.errors import BadDefinition, LayoutError
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping


def mapping_for(scope: Scope, mapping_key: str) -> Mapping:
    """The mapping of that key, reading the town's own layout where the key names one.

    Raises:
        LayoutError: there is no such mapping; BadDefinition: the layout lacks items that the mapping moves.
    """
    catalogue = shipped()
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
