"""The officer's report of a round: from the stored results to a workbook or a paper; the ledger keeps each download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record
from machikumo.kernel.paper import name_fonts, render
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.kernel.ui.dates import moment
from machikumo.layouts.queries.held import account_of
from machikumo.rehearsals import opening, queries, signing
from machikumo.rehearsals.domain.report import Report, Section, write_workbook
from machikumo.rehearsals.domain.results import defects_in, differing_rows, sum_of
from machikumo.rehearsals.domain.steps import steps_of
from machikumo.rehearsals.models import Round, RoundKind
from machikumo.rehearsals.words import FILE_STATES, KINDS, MEASURES, STATES, STEPS, round_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout

TEMPLATE = Path(__file__).parent / "paper" / "report.typ"
FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
MOST_FIGURES = 300  # figures that a paper lists


@dataclass(frozen=True, slots=True)
class MadeReport:
    """A report ready to be sent."""

    name: str
    media_type: str
    data: bytes


@action(permission="layouts.view")
def download(scope: Scope, *, round_id: int, form: str) -> MadeReport:
    """The report of a round in one of FORMS; Conflict before the round was counted."""
    one = queries.round_of(scope, round_id)
    if not one.measured:
        raise Conflict("集計が終わってから報告書を作成してください。", "The round is not counted yet.")
    now = timezone.now()
    report = report_of(scope, one, made=moment(now))
    data = write_workbook(report) if form == "xlsx" else render(TEMPLATE, report.as_paper(), name_fonts(), moment=now)
    if one.reported_at is None and queries.facts_of(scope, one).countersigned:
        Round.objects.within(scope).filter(pk=one.pk).update(reported_at=now)
    record(
        scope,
        event="rehearsal.report_downloaded",
        subject=queries.subject_of(one),
        ground="data_migration",
        details={"form": form, "bytes": len(data)},
    )
    return MadeReport(f"rehearsal-{one.move.system}-{one.number}.{form}", FORMS[form], data)


def report_of(scope: Scope, one: Round, *, made: str) -> Report:
    """The report as tables, every figure from the stored results."""
    move = one.move
    return Report(
        title=f"移行結果報告書　{round_title(one)}",
        subtitle=f"{organisation_of(scope).name}　旧: {move.old_vendor}　新: {move.new_vendor}",
        made=made,
        training=scope.training,
        sections=tuple(_sections(scope, one)),
    )


def _sections(scope: Scope, one: Round) -> Iterator[Section]:
    yield _overview(one)
    yield _steps(scope, one)
    yield _files(scope, one)
    yield _defects(one)
    yield _counts(scope, one)
    for key, found in one.difference.get("layouts", {}).items():
        layout = opening.layout_of(scope, one, key)
        yield _kinds(one, found)
        yield _columns(found, layout)
        yield _figures(found, layout)
    yield _history(scope, one)
    yield _signatures(scope, one)


def _overview(one: Round) -> Section:
    rows = (
        ("読んだ行", sum_of(one.measured, "read")),
        ("受け入れた行", sum_of(one.measured, "accepted")),
        ("保留した行", sum_of(one.measured, "held")),
        ("うち、まだ保留の行", sum_of(one.measured, "held_open")),
        ("見つかった不備", defects_in(one.measured)),
        ("前回と違う行", differing_rows(one.difference)),
    )
    kind = "本番の移行" if one.kind == RoundKind.REAL else f"リハーサル 第{one.number}回"
    changed = "、".join(one.measured.get("changed_definitions", {}))
    note = f"{kind}。" + (f"取込のあとで変換定義が変わったファイル: {changed}" if changed else "")
    return Section("概要", ("項目", "件数"), rows, note)


def _steps(scope: Scope, one: Round) -> Section:
    states = steps_of(queries.facts_of(scope, one))
    rows = tuple((STEPS[step][0], STATES[state][0]) for step, state in states.items())
    return Section("手順と状態", ("手順", "状態"), rows, "状態は作業の結果から自動で決まる。")


def _files(scope: Scope, one: Round) -> Section:
    pairs = zip(queries.first_files_of(scope, one), queries.files_of(scope, one), strict=True)
    remarks = queries.remarks_of(scope, one)
    rows = tuple(
        (
            first.file.name,
            first.file.sha256[:16],
            FILE_STATES.get(run.state, (run.state, ""))[0],
            run.rows,
            run.quarantined,
            account_of(scope, first).mended,
            "一致" if run.reconciliation.get("holds") else "差異あり",
            remarks[run.pk].text if run.pk in remarks else "",
        )
        for first, run in pairs
    )
    columns = ("ファイル", "SHA-256（先頭）", "状態", "読んだ行", "保留", "直した行", "照合", "差異の説明")
    return Section("ファイル", columns, rows)


def _defects(one: Round) -> Section:
    layouts = one.measured.get("layouts", {}).values()
    rows = tuple((line["name_ja"], line["item"], line["count"]) for found in layouts for line in found["defects"])
    return Section("見つかった不備", ("規則", "項目", "件数"), rows, "" if rows else "不備はなかった。")


def _counts(scope: Scope, one: Round) -> Section:
    rows = tuple(
        (
            line.title_ja,
            line.ours,
            "未記入" if line.theirs is None else line.theirs,
            "" if line.difference is None else line.difference,
            line.explanation,
        )
        for line in queries.count_lines(scope, one)
    )
    columns = ("項目", "こちら", "旧システム", "差", "説明")
    return Section("件数表", columns, rows, "" if rows else "この業務システムの件数表は定めていない。")


def _kinds(one: Round, found: Mapping[str, Any]) -> Section:
    held = found["held"]
    rows: tuple[tuple[str | int, ...], ...] = (
        ("同じ行", found["same"]),
        *((words[0], found["kinds"].get(kind, 0)) for kind, words in KINDS.items()),
        ("前回の保留のうち、直って入った行", held["mended"]),
        ("前回の保留のうち、まだ保留の行", held["still"]),
        ("新しく保留した行", held["fresh"]),
        ("前回あってなくなった不備", sum(line["gone"] for line in found["defects"])),
        ("今回新しく出た不備", sum(line["new"] for line in found["defects"])),
        ("残っている不備", sum(line["still"] for line in found["defects"])),
    )
    return Section("前回との違い", ("項目", "件数"), rows, f"第{one.difference['with']}回と比べた。")


def _columns(found: Mapping[str, Any], layout: Layout) -> Section:
    rows = tuple((_item(layout, key), count) for key, count in found["columns"].items())
    return Section("内容が変わった項目", ("項目", "行"), rows, "" if rows else "内容が変わった行はない。")


def _figures(found: Mapping[str, Any], layout: Layout) -> Section:
    rows = tuple(
        (MEASURES[row["measure"]][0], _item(layout, row["item"]), row["value"], row["before"], row["after"])
        for row in found["figures"][:MOST_FIGURES]
    )
    more = found["differing_figures"] - len(rows)
    note = f"比べた数字は{found['compared']:,}件。" + (f"ほかに違う数字が{more:,}件ある。" if more else "")
    return Section("違う数字", ("数え方", "項目", "値", "前回", "今回"), rows, note)


def _item(layout: Layout, key: str) -> str:
    return layout.by_key[key].name if key in layout.by_key else key


def _history(scope: Scope, one: Round) -> Section:
    rows = tuple(
        (
            round_title(found),
            sum_of(found.measured, "read"),
            defects_in(found.measured),
            sum_of(found.measured, "held_open"),
            differing_rows(found.difference),
        )
        for found in queries.rounds_of(scope, one.move)
        if found.measured and found.number <= one.number
    )
    return Section("回ごとの推移", ("回", "読んだ行", "不備", "まだ保留の行", "前回と違う行"), rows)


def _signatures(scope: Scope, one: Round) -> Section:
    found = signing.signatures(scope, one)
    asked = found.asked
    rows = (
        ("担当者", found.by_officer, moment(asked.requested_at) if asked and found.by_officer else ""),
        ("責任者", found.by_head, moment(asked.decided_at) if asked and asked.decided_at and found.by_head else ""),
    )
    return Section("署名", ("役割", "氏名", "日時"), rows, "" if found.by_head else "まだ二人の署名がそろっていない。")
