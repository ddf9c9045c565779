"""The definitions under data/layouts, read once and resolved: the one door to them for other rooms."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from machikumo.kernel.official.files import data_folder
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fields import parse_toml
from machikumo.layouts.domain.fixed.host import load_host
from machikumo.layouts.domain.fixed.reader import with_table
from machikumo.layouts.domain.loading import load_code_list, load_layout
from machikumo.layouts.domain.mapping import load_gaiji, load_mapping

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.layouts.domain.definition import CodeList, Layout
    from machikumo.layouts.domain.fixed.host import HostTable
    from machikumo.layouts.domain.mapping import GaijiMap, Mapping

STANDARD = "resident-standard"


class Catalogue:
    """The definition files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def code_lists(self) -> dict[str, CodeList]:
        """All code lists by key."""
        lists = (
            load_code_list(path.read_text("utf-8"), path.name)
            for path in sorted((self.folder / "codes").glob("*.toml"))
        )
        return {found.key: found for found in lists}

    @property
    def layout_keys(self) -> tuple[str, ...]:
        """Keys of the layouts that there are."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.toml")))

    @property
    def mapping_keys(self) -> tuple[str, ...]:
        """Keys of the mappings that there are."""
        return tuple(sorted(path.stem for path in (self.folder / "mappings").glob("*.toml")))

    def layout(self, key: str) -> Layout:
        """Return a layout by key.

        Raises:
            BadDefinition: there is none of that key, or its file is wrong.
        """
        return self.completed(load_layout(self._text("", key), f"{key}.toml", self.code_lists))

    def completed(self, layout: Layout) -> Layout:
        """Return a layout with the table of host characters that it names, if any; errors as for ``layout``."""
        fixed = layout.physical.fixed
        return with_table(layout, self.host(fixed.host)) if fixed and fixed.host else layout

    def host(self, key: str) -> HostTable:
        """Return a table of host characters by key; errors as for ``layout``."""
        return load_host(self._text("hosts", key), f"hosts/{key}.toml")

    def gaiji(self, key: str) -> GaijiMap:
        """Return a 外字 map by key; errors as for ``layout``."""
        return load_gaiji(self._text("gaiji", key), f"gaiji/{key}.toml")

    def mapping(self, key: str, source: Layout | None = None) -> Mapping:
        """Return a mapping by key, with its layouts, code maps and 外字 map; errors as for ``layout``.

        ``source`` takes the place of the layout that it reads: a town's own, which must have the items it moves.
        """
        text, where = self._text("mappings", key), f"mappings/{key}.toml"
        own = {parse_toml(text, where)["mapping"]["source_layout"]: source} if source else {}
        return load_mapping(
            text,
            where,
            layouts=lambda wanted: own.get(wanted) or self.layout(wanted),
            code_lists=self.code_lists,
            gaiji=self.gaiji,
        )

    def _text(self, folder: str, key: str) -> str:
        path = self.folder / folder / f"{key}.toml"
        if path.parent != self.folder / folder or not path.is_file():
            raise BadDefinition(key, "この名前の定義はありません。", "there is no definition of this name.")
        return path.read_text("utf-8")


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """Return the catalogue of the definitions that come with Machikumo."""
    return Catalogue(data_folder() / "layouts")
