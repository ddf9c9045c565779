"""A layout as W3C CSVW metadata for one table.

Source: W3C Recommendation, Metadata Vocabulary for Tabular Data, 17 December 2015 (datatypes §5.11, dialect §5.9).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from machikumo.definitions.domain.interchange.constraints import Column, columns

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import Head
    from machikumo.layouts.domain.definition import Layout

_DAY = {"iso": "yyyy-MM-dd", "compact": "yyyyMMdd"}


def csvw(layout: Layout, head: Head, url: str) -> dict[str, Any]:
    """The metadata of a file at that address; what CSVW cannot say stands in ``notes``.

    ``minimum`` and ``maximum`` stand in the datatype, codes as an alternation in its ``format``.
    """
    physical = layout.physical
    found = columns(layout)
    names = {key: _name(key) for key in layout.keys}
    metadata: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "url": url,
        "dc:title": layout.name,
        "dc:source": layout.source.text,
        "dc:identifier": f"{layout.key} {layout.version} {layout.digest}",
        "dialect": {
            "encoding": physical.charset, "delimiter": physical.delimiter, "quoteChar": '"', "doubleQuote": True,
            "lineTerminators": ["\r\n"] if physical.newline == "crlf" else ["\n"], "header": bool(layout.header),
            "headerRowCount": int(bool(layout.header)), "trim": False,
        },
        "tableSchema": {
            "columns": [
                _column(column, names[key], layout) for column, key in zip(found, layout.keys, strict=True)
            ]
        },
    }  # fmt: skip
    if head.licence:
        metadata["dc:license"] = head.licence
    if layout.primary_key:
        metadata["tableSchema"]["primaryKey"] = [names[key] for key in layout.primary_key]
    notes = [f"{column.title}: {word}" for column in found for word in column.unsaid]
    if notes:
        metadata["notes"] = notes
    return metadata


def _name(key: str) -> str:
    """A column name: a URI template variable, which may not begin with an underscore."""
    return quote(key, safe="").lstrip("_") or "column"


def _column(column: Column, name: str, layout: Layout) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "titles": column.name}
    if column.title != column.name:
        found["titles"] = [column.name, column.title]
    if column.description:
        found["dc:description"] = column.description
    if column.required:
        found["required"] = True
    found["null"] = sorted({"", layout.physical.empty})
    found["datatype"] = _datatype(column, layout)
    return found


def _datatype(column: Column, layout: Layout) -> dict[str, Any]:
    physical = layout.physical
    found: dict[str, Any] = {"base": column.kind}
    pattern = "|".join(map(re.escape, column.codes)) or column.pattern
    if column.kind == "boolean":
        found["format"] = f"{physical.true_value}|{physical.false_value}"
    elif column.kind == "date":
        found["format"] = _DAY.get(physical.date_form, "yyyy-MM-dd")
    elif pattern:
        found["format"] = f"^(?:{pattern})$"
    if column.longest:
        found["maxLength"] = column.longest
    for name, value in (("minimum", column.minimum), ("maximum", column.maximum)):
        if value:
            found[name] = int(value) if column.kind == "integer" else value
    return found
