"""The vendors whose files can be made, read from data/layouts/."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from machikumo.kernel.official import data_folder
from machikumo.layouts.domain.definition import CodeList
from machikumo.layouts.domain.loading import load_code_list, load_layout
from machikumo.synthetic.domain.export import Exporter


class Vendor(StrEnum):
    """A fictional old vendor; the value is the word on the command line."""

    KASUMI = "kasumi"
    MINATO = "minato"


_LAYOUTS = {Vendor.KASUMI: "vendor-kasumi-juki", Vendor.MINATO: "vendor-minato-resident"}


def exporter_of(vendor: Vendor) -> Exporter:
    """Return what writes this vendor's file.

    Raises:
        BadDefinition: a definition file cannot be understood.
    """
    lists = _code_lists()
    name = _LAYOUTS[vendor]
    layout = load_layout(_text(f"{name}.toml"), f"{name}.toml", lists)
    mapping = tomllib.loads(_text(f"mappings/{vendor}-to-standard.toml"))
    eras = {key: found.eras for key, found in lists.items() if found.eras}
    return Exporter(layout, mapping, gaiji=_gaiji(mapping["mapping"].get("gaiji", "")), eras=eras)


def _text(path: str) -> str:
    return (data_folder() / "layouts" / path).read_text(encoding="utf-8")


def _code_lists() -> dict[str, CodeList]:
    files = sorted((data_folder() / "layouts" / "codes").glob("*.toml"))
    lists = [load_code_list(file.read_text(encoding="utf-8"), file.name) for file in files]
    return {found.key: found for found in lists}


def _gaiji(name: str) -> Mapping[str, str]:
    if not name:
        return {}
    document: dict[str, Any] = tomllib.loads(_text(f"gaiji/{name}.toml"))
    return {_characters(entry["to"]): _characters(entry["code"]) for entry in document["character"]}


def _characters(points: str) -> str:
    return "".join(chr(int(point.removeprefix("U+"), 16)) for point in points.split())
