"""The report as a workbook: figures, people by their numbers, fields with masked values, decisions with names."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.comparisons import queries
from machikumo.comparisons.domain.fields import masked
from machikumo.comparisons.words import DECISIONS, FORMS, PLACES, SOURCES, STRATA, VERDICTS, key_words
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.doors import organisation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.comparisons.models import Comparison
    from machikumo.kernel.scope import Scope

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(scope: Scope, one: Comparison) -> bytes:
    """The workbook's bytes. No name, address or number of anybody is in it: values are masked, people are numbered."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in (
        ("概要", _summary(scope, one)),
        ("抽出した人", _people(scope, one)),
        ("項目", _fields(scope, one)),
    ):
        sheet = book.create_sheet(title)
        for place, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(row=place, column=column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # a text never becomes a formula
        for letter in "ABCDEFGHIJ":
            sheet.column_dimensions[letter].width = 20
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(scope: Scope, one: Comparison) -> Iterator[list[Any]]:
    figures = queries.figures_of(scope, one)
    yield ["併行稼働の照合 報告書", organisation_of(scope).name]
    yield ["名前", one.name]
    yield ["種（同じ種で同じ人が抽出されます）", one.seed]
    yield ["一覧ファイル", one.list_name, one.list_sha256]
    yield ["作成", f"{timezone.localtime():%Y-%m-%d %H:%M}"]
    yield ["抽出した人", figures.people]
    yield ["回答がある人", figures.answered]
    yield ["比べた項目", figures.compared]
    yield [str(VERDICTS["equal"]), figures.equal]
    yield [str(VERDICTS["form"]), figures.form]
    yield [str(VERDICTS["different"]), figures.different]
    yield ["うち未判断", figures.undecided]
    yield ["うち直すもの", figures.to_mend]


def _people(scope: Scope, one: Comparison) -> Iterator[list[Any]]:
    yield ["番号", "層", "回答", "比べた項目", "一致"]
    for person in queries.people_of(scope, one):
        strata = "、".join(str(STRATA[stratum]) for stratum in person.strata)
        yield [person.number, strata, str(SOURCES[person.source]), person.compared, person.equal]


def _fields(scope: Scope, one: Comparison) -> Iterator[list[Any]]:
    rows = queries.all_fields_of(scope, one)
    names = names_of(scope, {row.decided_by for row in rows if row.decided_by})
    yield [
        "番号",
        "どこ",
        "項目",
        "判定",
        "書き方の違い",
        "旧システム（伏字）",
        "新システム（伏字）",
        "判断",
        "理由",
        "判断した人",
    ]
    for row in rows:
        yield [
            row.sampled.number,
            str(PLACES[row.place]),
            str(key_words(row.place, row.key)),
            str(VERDICTS[row.verdict]),
            "、".join(str(FORMS[reason]) for reason in row.reasons),
            masked(row.old),
            masked(row.ours),
            str(DECISIONS[row.decision]) if row.decision else "",
            row.reason,
            names.get(row.decided_by, ""),
        ]
