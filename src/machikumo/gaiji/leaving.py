"""The published maps of user-defined characters for the exit package (出口): each version as the engine reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.gaiji.models import GaijiMapVersion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

FOLDER = "gaiji/"


def maps_part(scope: Scope) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each map as ``<set>-<version>.toml``: figure, name, text and reduced form, with the grounds."""
    maps = GaijiMapVersion.objects.within(scope).select_related("gaiji_set").order_by("gaiji_set__key", "version")
    for one in maps.iterator(chunk_size=20):
        yield f"{one.gaiji_set.key}-{one.version}.toml", iter([one.content.encode()])
