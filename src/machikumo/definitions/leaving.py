"""The town's own layouts for the exit package (出口): each published edition as the files that the engine reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.definitions.domain.tables import document_of
from machikumo.definitions.domain.toml import files_of
from machikumo.definitions.models import Edition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

FOLDER = "layouts/"


def layouts_part(scope: Scope) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each edition as a folder ``<key>/<number>/`` with its definition and its code lists."""
    editions = Edition.objects.within(scope).select_related("own_layout").order_by("own_layout__key", "number")
    for one in editions.iterator(chunk_size=20):
        for name, text in files_of(document_of(one.document, one.own_layout.key)).items():
            yield f"{one.own_layout.key}/{one.number}/{name}", iter([text.encode()])
