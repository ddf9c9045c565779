"""Writing definition files: TOML that the standard library reads back, one field a line, the same text every time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from machikumo.definitions.domain.tables import code_tables, layout_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from machikumo.definitions.domain.document import Document

_ON_ONE_LINE = ("unread", "value")


def written(tables: Mapping[str, Any], comment: str = "") -> str:
    """The TOML text of tables of tables, below a comment. Lists of small tables stand first, a row a line."""
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    ordered = sorted(tables, key=lambda name: name not in _ON_ONE_LINE)  # a bare key after a table would belong to it
    for name in ordered:
        part = tables[name]
        if name in _ON_ONE_LINE:
            lines += ["", *_inline_list(name, part)]
        elif isinstance(part, list):
            for one in part:
                lines += ["", f"[[{name}]]", *_fields(one)]
        else:
            lines += ["", f"[{name}]", *_fields(part)]
    return "\n".join(lines).lstrip("\n") + "\n"


def files_of(document: Document) -> dict[str, str]:
    """The files of a definition by their place in a folder of definitions: its own, and one for each code list."""
    head = document.head
    lines = [head.name, head.credit, f"Licence: {head.licence}" if head.licence else ""]
    comment = "\n".join(line for line in lines if line)
    files = {f"{head.key}.toml": written(layout_tables(document), comment)}
    return files | {f"codes/{sheet.key}.toml": written(code_tables(sheet)) for sheet in document.codes}


def _inline_list(name: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    yield f"{name} = ["
    for row in rows:
        yield f"  {{ {', '.join(_fields(row))} }},"
    yield "]"


def _fields(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_fields(value))} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
