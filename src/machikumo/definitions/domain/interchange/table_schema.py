"""A layout as a Frictionless Data Package (v1): one resource with dialect and Table Schema.

Source: specs.frictionlessdata.io, Data Package, CSV Dialect and Table Schema, version 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from machikumo.definitions.domain.interchange.constraints import Column, columns
from machikumo.layouts.domain.definition import SetRuleKind

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import Head
    from machikumo.layouts.domain.definition import Layout

_DAY = {"iso": "%Y-%m-%d", "compact": "%Y%m%d"}
_NAME = re.compile(r"[^a-z0-9._-]+")


def data_package(layout: Layout, head: Head, path: str) -> dict[str, Any]:
    """The descriptor of a file at that path; what Table Schema cannot say stands under ``machikumo:unsaid``."""
    return {
        "profile": "tabular-data-package",
        "name": package_name(layout.key),
        "title": layout.name,
        "version": layout.version,
        "description": f"{head.note}（{'確認済み' if head.confirmed else '未確認'}）" if head.note else "",
        "sources": [{"title": layout.source.text}],
        "licenses": [{"name": _NAME.sub("-", head.licence.lower()).strip("-"), "title": head.licence}]
        if head.licence
        else [],
        "machikumo:digest": layout.digest,
        "machikumo:confirmed": layout.source.confirmed,
        "resources": [_resource(layout, path)],
    }  # fmt: skip


def package_name(key: str) -> str:
    """The key as the specification wants a name: lower case, digits and . _ -."""
    return _NAME.sub("-", key.lower()).strip("-") or "layout"


def _resource(layout: Layout, path: str) -> dict[str, Any]:
    physical = layout.physical
    return {
        "profile": "tabular-data-resource",
        "name": package_name(layout.key),
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if physical.bom and physical.charset == "utf-8" else physical.charset,
        "dialect": {
            "delimiter": physical.delimiter, "lineTerminator": "\r\n" if physical.newline == "crlf" else "\n",
            "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False, "header": bool(layout.header),
        },
        "schema": table_schema(layout),
    }  # fmt: skip


def table_schema(layout: Layout) -> dict[str, Any]:
    """The Table Schema alone."""
    schema: dict[str, Any] = {"fields": [_field(column, layout) for column in columns(layout)]}
    schema["missingValues"] = sorted({"", layout.physical.empty})
    names = dict(zip(layout.keys, (one["name"] for one in schema["fields"]), strict=True))
    if layout.primary_key:
        schema["primaryKey"] = [names[key] for key in layout.primary_key]
    rules = [rule.kind.value for rule in layout.set_rules if rule.kind is not SetRuleKind.UNIQUE]
    if rules:
        schema["machikumo:unsaid"] = rules
    return schema


def _field(column: Column, layout: Layout) -> dict[str, Any]:
    physical = layout.physical
    found: dict[str, Any] = {"name": column.name, "title": column.title, "description": column.description}
    found["type"] = column.kind
    if column.kind == "date":
        found["format"] = _DAY.get(physical.date_form, "default")
    if column.kind == "boolean":
        found |= {"trueValues": [physical.true_value], "falseValues": [physical.false_value]}
    constraints = {
        "required": column.required or None, "maxLength": column.longest or None, "pattern": column.pattern or None,
        "enum": list(column.codes) or None, "minimum": column.minimum or None, "maximum": column.maximum or None,
    }  # fmt: skip
    given = {name: _typed(column, value) for name, value in constraints.items() if value is not None}
    if given:
        found["constraints"] = given
    if column.unsaid:
        found["machikumo:unsaid"] = list(column.unsaid)
    return found


def _typed(column: Column, value: Any) -> Any:
    return int(value) if column.kind == "integer" and isinstance(value, str) else value
