"""Data tables: columns said once in Python; sort links, cells, phone cards and total by themselves.

Written as text in Python, not as a template: a list of fifty rows must cost a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from machikumo.kernel.ui.icons import icon
from machikumo.kernel.ui.language import choose
from machikumo.kernel.ui.parts.words import chip, jst, number, wareki

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

__all__ = ["Column", "Table", "chip", "link", "order_of", "page_of"]

PAGE_SIZE = 50
NOTHING = mark_safe('<span class="mk-empty-value">—</span>')
_FORMS: dict[str, Callable[[Any], Any]] = {"number": number, "date": wareki, "moment": jst}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is text, number, date, moment or code; ``cell`` gives a row's value, else ``key`` does.

    ``heading`` makes the cell the row's heading; ``sort`` makes the column's title a sort link on ``key``.
    """

    key: str
    title: Any
    kind: str = "text"
    cell: Callable[[Any], Any] | None = None
    sort: bool = False
    heading: bool = False


def link(text: Any, href: str) -> SafeString:
    """A link for a cell."""
    return format_html('<a href="{}">{}</a>', href, text)


def order_of(request: HttpRequest, columns: Iterable[Column], default: str) -> str:
    """The order that the address asks for, ``key`` or ``-key`` of a sortable column; else the default."""
    asked = request.GET.get("sort", "")
    known = {column.key for column in columns if column.sort}
    return asked if asked.removeprefix("-") in known else default


def page_of(request: HttpRequest, rows: Any, *, size: int = PAGE_SIZE) -> Page[Any]:
    """The page of rows that the address asks for; a page that is not there becomes the nearest."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


class Table:
    """A table ready to be shown with ``{% datatable table %}``."""

    def __init__(
        self,
        columns: Iterable[Column],
        rows: Iterable[Any],
        *,
        caption: Any = "",
        order: str = "",
        query: QueryDict | None = None,
        total: int | None = None,
        cards: bool = True,
        wide: bool = False,
        unit: tuple[str, str] = ("件", "records"),
    ) -> None:
        self.columns = tuple(columns)
        self.rows = rows
        self.caption = caption
        self.order = order
        self.query = query
        self.total = total
        self.cards = cards
        self.wide = wide
        self.unit = unit

    def address(self, column: Column) -> str:
        """The address that sorts by the column, or the other way round when it does already; back to page 1."""
        query = self.query.copy() if self.query is not None else None
        wanted = f"-{column.key}" if self.order == column.key else column.key
        if query is None:
            return f"?sort={wanted}"
        query["sort"] = wanted
        query.pop("page", None)
        return f"?{query.urlencode()}"

    def markup(self) -> SafeString:
        """The whole table."""
        body = "".join(self._row(row) for row in self.rows)
        return mark_safe(  # noqa: S308 - every value is escaped where it is put in
            f'<div class="mk-table-frame">{self._top()}{self._sort_menu()}'
            f'<div class="mk-table-scroll{" mk-table-scroll--wide" if self.wide else ""}"{self._region()}>'
            f'<table class="mk-table{" mk-table--cards" if self.cards else ""}" role="table">'
            f'<caption class="mk-unseen">{conditional_escape(self.caption)}</caption>'
            f'<thead role="rowgroup"><tr role="row">{"".join(map(self._head, self.columns))}</tr></thead>'
            f'<tbody role="rowgroup">{body}</tbody></table></div></div>'
        )

    def _region(self) -> str:
        if not self.wide:
            return ""
        return f' data-mk-wide tabindex="0" role="region" aria-label="{conditional_escape(self.caption)}"'

    def _top(self) -> str:
        if self.total is None:
            return ""
        count = format_html("<b>{}</b>", number(self.total))
        words = choose(f"全 {count} {self.unit[0]}", f"{count} {self.unit[1]}")
        return f'<p class="mk-table-total" role="status">{words}</p>'

    def _sort_menu(self) -> str:
        """On a phone the head is not seen: its sort links stand in a disclosure."""
        sortable = [column for column in self.columns if column.sort]
        if not (sortable and self.cards):
            return ""
        links = "".join(
            f'<li><a class="mk-button mk-button--small" href="{conditional_escape(self.address(column))}">'
            f"{conditional_escape(column.title)}{self._arrow(column)}</a></li>"
            for column in sortable
        )
        words = choose("並べ替え", "Sort")
        summary = f'<summary class="mk-tool">{icon("sort")}{words}</summary>'
        return f'<details class="mk-table-sort">{summary}<ul>{links}</ul></details>'

    def _direction(self, column: Column) -> str:
        return {column.key: "ascending", f"-{column.key}": "descending"}.get(self.order, "none")

    def _arrow(self, column: Column) -> str:
        return icon({"ascending": "sort-up", "descending": "sort-down"}.get(self._direction(column), "sort"))

    def _head(self, column: Column) -> str:
        title = conditional_escape(column.title)
        kind = f' class="mk-cell--{column.kind}"' if column.kind == "number" else ""
        if not column.sort:
            return f'<th scope="col" role="columnheader"{kind}>{title}</th>'
        return (
            f'<th scope="col" role="columnheader"{kind} aria-sort="{self._direction(column)}">'
            f'<a href="{conditional_escape(self.address(column))}">{title}{self._arrow(column)}</a></th>'
        )

    def _row(self, row: Any) -> str:
        return f'<tr role="row">{"".join(_cell(column, row) for column in self.columns)}</tr>'


def _value(column: Column, row: Any) -> Any:
    if column.cell is not None:
        return column.cell(row)
    return row[column.key] if isinstance(row, Mapping) else getattr(row, column.key)


def _cell(column: Column, row: Any) -> str:
    value = _value(column, row)
    shown = NOTHING if value is None or value == "" else conditional_escape(_FORMS.get(column.kind, _same)(value))
    kind = "" if column.kind == "text" else f' class="mk-cell--{column.kind}"'
    if column.heading:
        return f'<th scope="row" role="rowheader"{kind}>{shown}</th>'
    return f'<td role="cell" data-label="{conditional_escape(column.title)}"{kind}>{shown}</td>'


def _same(value: Any) -> Any:
    return value
