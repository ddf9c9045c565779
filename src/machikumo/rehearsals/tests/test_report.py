"""The report as tables, as a workbook and as a paper: every figure the stored one, no value of a person."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from machikumo.kernel.errors import Conflict
from machikumo.kernel.paper import name_fonts, page_texts, render
from machikumo.kernel.tenancy.doors import entered
from machikumo.rehearsals import reporting
from machikumo.rehearsals.domain.report import Report, Section, write_workbook
from machikumo.rehearsals.tests.conftest import again
from machikumo.rehearsals.tests.makers import kasumi_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Round

REPORT = Report(
    "移行結果報告書",
    "鯖江市",
    "令和8年11月25日",
    training=True,
    sections=(
        Section("概要", ("項目", "件数"), (("読んだ行", 1_234_567), ("=1+1", 0)), "注記"),
        Section("空の表", ("項目", "件数"), (), "行はない。"),
    ),
)
MOMENT = datetime(2026, 11, 25, 3, tzinfo=UTC)
PEOPLE = [kasumi_row(number) for number in range(1, 6)]


def test_a_workbook_has_a_sheet_a_section_with_numbers_as_numbers_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(REPORT)))
    assert book.sheetnames == ["1 概要", "2 空の表"]
    sheet = book.worksheets[0]
    assert (sheet["B6"].value, sheet["B6"].number_format) == (1_234_567, "#,##0")
    assert (sheet["A7"].value, sheet["A7"].data_type) == ("=1+1", "s")
    assert sheet["A2"].value.endswith("【練習用】")
    assert sheet["A9"].value == "注記"


def test_a_title_that_is_too_long_for_a_sheet_is_cut() -> None:
    long = Report("題", "副", "日", training=False, sections=(Section("長" * 40, ("a",), (("b",),)),))
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(long)))
    assert len(book.sheetnames[0]) == 31


def test_the_paper_says_the_same_and_the_same_report_gives_the_same_bytes() -> None:
    made = [render(reporting.TEMPLATE, REPORT.as_paper(), name_fonts(), moment=MOMENT) for _ in range(2)]
    assert made[0] == made[1]
    words = "".join("".join(page_texts(made[0])).split())
    for wanted in ("移行結果報告書", "1,234,567", "行はない。", "練習用", "注記"):
        assert wanted in words


def test_a_live_towns_paper_has_no_watermark() -> None:
    live = Report("題", "副", "日", training=False, sections=REPORT.sections)
    assert live.as_paper()["watermark"] == []


@pytest.mark.usefixtures("quiet_queue")
def test_every_section_comes_from_the_stored_results(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], [*PEOPLE[:4], kasumi_row(5, seinen_ymd="3409999")])
    brought(rounds[1], [*PEOPLE[1:], kasumi_row(1, kanji_shimei="渡\ue000　花子")])
    with entered(officer):
        report = reporting.report_of(officer, again(officer, rounds[1]), made="いま")
    tables = {section.title: section for section in report.sections}
    assert list(tables) == [
        "概要", "手順と状態", "ファイル", "見つかった不備", "件数表", "前回との違い", "内容が変わった項目", "違う数字",
        "回ごとの推移", "署名",
    ]  # fmt: skip
    assert dict(tables["概要"].rows)["読んだ行"] == 5  # type: ignore[call-overload]  # rows of two
    changes = dict(tables["前回との違い"].rows)  # type: ignore[call-overload]  # rows of two
    assert (changes["同じ行"], changes["内容が変わった行"], changes["前回の保留のうち、直って入った行"]) == (3, 1, 1)
    assert tables["内容が変わった項目"].rows == (("氏名", 1),)
    assert [row[0] for row in tables["回ごとの推移"].rows] == ["住民記録 リハーサル第1回", "住民記録 リハーサル第2回"]
    assert tables["署名"].note == "まだ二人の署名がそろっていない。"
    assert "花子" not in str(report)


def test_there_is_no_report_before_the_round_is_counted(officer: Scope, rounds: list[Round]) -> None:
    with pytest.raises(Conflict, match="集計が終わってから"):
        reporting.download(officer, round_id=rounds[0].pk, form="pdf")
