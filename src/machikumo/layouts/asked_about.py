"""What questions may be tied to in this room: a file, a column, rows, a line of a mapping or of the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from machikumo.kernel.errors import NotFound
from machikumo.kernel.registries import question_subjects
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.own_layouts import mapping_for
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.questions.domain.references import Kind, reference

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.models import MoveIn
    from machikumo.questions.domain.references import Reference

Told = tuple[str, str, str]


def register_all() -> None:
    """Register what ties of this room mean."""
    question_subjects.register(Kind.FILE.value, _file)
    question_subjects.register(Kind.COLUMN.value, _column)
    question_subjects.register(Kind.ROWS.value, _rows)
    question_subjects.register(Kind.MAPPING.value, _mapping)
    question_subjects.register(Kind.COUNT.value, _count)


def _file(scope: Scope, tie: Reference) -> Told:
    one = _run(scope, tie)
    return f"ファイル「{one.file.name}」", f"File '{one.file.name}'", _address(scope, one)


def _column(scope: Scope, tie: Reference) -> Told:
    one = move_in_of(scope, tie.move_in_id) if tie.move_in_id else None
    layout = _layout(scope, tie.fact("layout"), one)
    item = layout.by_key.get(tie.fact("item"))
    if item is None:
        raise NotFound
    where = f"（{one.file.name}）" if one else ""
    url = f"{_address(scope, one)}issues/" if one else ""
    return f"{layout.name} の列「{item.name}」{where}", f"Column '{item.name}' of {layout.name_en}", url


def _layout(scope: Scope, key: str, one: MoveIn | None) -> Layout:
    """The layout of that key: the one that the run was read by, or a shipped one."""
    try:
        if one is not None and one.layout_key == key:
            return mapping_for(scope, one.mapping_key).source
        return shipped().layout(key)
    except LayoutError:
        raise NotFound from None


def _rows(scope: Scope, tie: Reference) -> Told:
    one = _run(scope, tie)
    first, last = (int(tie.fact(name)) for name in ("first", "last"))
    rows = f"{first:,}" if first == last else f"{first:,}〜{last:,}"
    item = f"、{tie.fact('item')}" if tie.fact("item") else ""
    ja = f"「{one.file.name}」の {rows} 行目{item}"
    return ja, f"'{one.file.name}', rows {rows.replace('〜', ' to ')}{item.replace('、', ', ')}", _address(scope, one)


def _mapping(scope: Scope, tie: Reference) -> Told:
    try:
        mapping = mapping_for(scope, tie.fact("mapping"))
    except LayoutError:
        raise NotFound from None
    item = mapping.source.by_key.get(tie.fact("item")) or mapping.target.by_key.get(tie.fact("item"))
    if item is None:
        raise NotFound
    return f"変換「{mapping.name}」の「{item.name}」", f"'{item.name}' in the mapping {mapping.name_en}", ""


def _count(scope: Scope, tie: Reference) -> Told:
    one = _run(scope, tie)
    line = f"{tie.fact('measure')} {tie.fact('value')}"
    return f"「{one.file.name}」の件数（{line}）", f"Count of '{one.file.name}' ({line})", _address(scope, one)


def _run(scope: Scope, tie: Reference) -> MoveIn:
    if tie.move_in_id is None:
        raise NotFound
    return move_in_of(scope, tie.move_in_id)


def _address(scope: Scope, one: MoveIn) -> str:
    return reverse("layouts:move_in", args=[scope.organisation_code, one.pk])


def ties_of_issue(one: MoveIn, issue: Any, keys: dict[str, str]) -> tuple[str, str]:
    """The texts of the ties to an issue's row and to its column; empty where it has none.

    ``keys`` give the key of an item by its name in the run's layout.
    """
    row = ""
    if issue.row:
        told = {"item": issue.item} if issue.item else {}
        row = reference(Kind.ROWS, move_in=one.pk, first=issue.row, last=issue.row, **told).text
    key = keys.get(issue.item)
    column = reference(Kind.COLUMN, layout=one.layout_key, item=key, move_in=one.pk).text if key else ""
    return row, column


def item_keys(scope: Scope, one: MoveIn) -> dict[str, str]:
    """The keys of the run's items by their names; none when its definition is not there any more."""
    try:
        return {item.name: item.key for item in mapping_for(scope, one.mapping_key).source.items}
    except LayoutError:
        return {}
