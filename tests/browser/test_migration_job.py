"""The move as an officer does it: both demo towns in two rehearsals, rows mended, differences seen, two signatures."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from browser.checks import assert_accessible, assert_no_sideways_scroll, screenshot
from browser.served import printed
from machikumo.kernel.jobs.queries import runs
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.models import HeldRow
from machikumo.layouts.queries.catalogue import shipped
from machikumo.rehearsals import queries
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

AS_OF = date(2026, 4, 1)
PEOPLE, SHARE, MENDED = 400, 0.05, 5
PHONE, DESK = 390, 1280


@dataclass(frozen=True, slots=True)
class Mover:
    """A demo town, its old vendor, and what the vendor changed in one row between the rehearsals."""

    code: str
    name: str
    vendor: Vendor
    mapping: str
    seed: int
    defects: float
    column: str
    row: int
    value: str


SABAE = Mover("182079", "鯖江市", Vendor.KASUMI, "kasumi-to-standard", 1, SHARE, "katagaki", 3, "見本コーポ２０１")
KASUYA = Mover("403491", "粕屋町", Vendor.MINATO, "minato-to-standard", 2, 0.0, "postal_code", 4, "8112399")


@dataclass(slots=True)
class Job:
    """One town's move: the officer's and the second person's pages, and the two files of the old vendor."""

    mover: Mover
    town: Organisation
    scope: Scope
    officer: Page
    head: Page
    first: bytes
    second: bytes

    @property
    def root(self) -> str:
        """Where the rehearsals are."""
        return f"/{self.town.code}/work/rehearsals/"

    def work(self) -> None:
        """What the worker does: every queued run."""
        while True:
            with entered(self.scope):
                waiting = list(runs(self.scope).filter(state="queued").values_list("pk", flat=True))
            if not waiting:
                return
            for run_id in waiting:
                perform(self.scope.organisation_id, run_id)


def table_of(data: bytes, vendor: Vendor) -> list[list[str]]:
    charset = "cp932" if vendor is Vendor.KASUMI else "utf-8"
    return list(csv.reader(io.StringIO(data.decode(charset, "replace"), newline="")))


def changed(data: bytes, mover: Mover) -> bytes:
    """The clean file with one cell changed: what a vendor corrects between two rehearsals."""
    place = shipped().mapping(mover.mapping).source.index[mover.column]
    rows = table_of(data, mover.vendor)
    rows[mover.row][place] = mover.value
    out = io.StringIO(newline="")
    if mover.vendor is Vendor.KASUMI:
        csv.writer(out, lineterminator="\r\n").writerows(rows)
        return out.getvalue().encode("cp932")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


@pytest.fixture
def begin(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., Any],
    make_organisation: Callable[..., Organisation],
    scope_of: Callable[..., Scope],
    tmp_path: Path,
) -> Callable[[Mover], Job]:
    """A town of that name with its officer, its second person and two deliveries of its old vendor."""

    def make(mover: Mover) -> Job:
        town = make_organisation(name=mover.name, name_en="Demo Town")
        made = {
            share: make_export(
                Order(mover.code, PEOPLE, mover.seed, AS_OF, mover.vendor, share), tmp_path / f"{mover.code}-{share}"
            ).file.read_bytes()
            for share in (mover.defects, 0.0)
        }
        pages = open_page(), open_page()
        for page, role in zip(pages, ("information_officer", "cio"), strict=True):
            sign_in(page, make_staff(town, role).account)
        return Job(mover, town, scope_of(town), *pages, made[mover.defects], changed(made[0.0], mover))

    return make


def press(page: Page, words: str) -> None:
    """The button or link of the main part with exactly these words."""
    page.locator("main button, main a.mk-button").filter(has_text=re.compile(rf"^\s*{words}\s*$")).first.click()


def looked_at(page: Page, name: str) -> None:
    """Accessible, no sideways scroll, and a picture at both widths where pictures are wanted."""
    assert_accessible(page)
    assert_no_sideways_scroll(page, PHONE)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        screenshot(page, f"migration-{name}-{width}")


def plan(job: Job) -> None:
    page = job.officer
    page.goto(f"{job.root}new/")
    page.locator("[name=system]").select_option("resident_record")
    page.locator("[name=old_vendor]").fill("旧事業者")
    page.locator("[name=new_vendor]").fill("新事業者")
    looked_at(page, "plan")
    press(page, "計画する")
    page.wait_for_url(re.compile(r"/moves/\d+/$"))


def hand_over(job: Job, number: int, data: bytes) -> None:
    """Open the round from its move's page, hand the file over, and let the worker work."""
    page = job.officer
    page.goto(job.root)
    page.locator("main table a").first.click()
    page.locator("main table a", has_text=f"リハーサル第{number}回").click()
    press(page, "ファイルを渡す")
    page.locator("[name=mapping]").select_option(job.mover.mapping)
    page.locator("[name=file]").set_input_files({"name": f"第{number}回.csv", "mimeType": "text/csv", "buffer": data})
    press(page, "渡して検査を始める")
    page.wait_for_url(re.compile(r"/rehearsals/\d+/$"))
    job.work()
    page.reload()


def count(job: Job) -> None:
    press(job.officer, "集計して前回と比べる")
    job.officer.wait_for_url(re.compile(r"/rehearsals/\d+/$"))
    job.work()
    job.officer.reload()
    assert job.officer.get_by_text("集計がまだです").count() == 0


def mendable(job: Job) -> list[tuple[HeldRow, dict[str, str]]]:
    """Held rows of the round whose only fault is one cell, with the value that the old system confirms."""
    layout = shipped().mapping(job.mover.mapping).source
    broken = table_of(job.first, job.mover.vendor)
    keys = [layout.index[key] for key in layout.primary_key]
    sound = {tuple(row[place] for place in keys): row for row in table_of(job.second, job.mover.vendor)}
    with entered(job.scope):
        held = list(HeldRow.objects.within(job.scope).order_by("row"))
    found = []
    for row in held:
        given_row = broken[row.row]
        right_row = sound.get(tuple(given_row[place] for place in keys), given_row)
        pairs = zip(layout.keys, given_row, right_row, strict=False)
        wrong = {key: right for key, given, right in pairs if given != right and key != job.mover.column}
        items = {defect["item"] for defect in row.defects}
        if len(wrong) == 1 and items == set(wrong) and layout.by_key[next(iter(wrong))].sensitivity != "vault":
            found.append((row, wrong))
    return found


def mend(job: Job) -> None:
    """Mend five rows on their pages, undo one and mend it again, then take them in."""
    page, root = job.officer, f"/{job.town.code}/work/move/"
    rows = mendable(job)[:MENDED]
    assert len(rows) == MENDED
    for place, (row, values) in enumerate(rows):
        save(page, f"{root}held/{row.pk}/", values)
        if place == 0:
            page.locator("main details", has_text="この修正を取り消す").locator("summary").first.click()
            page.locator("main [id^=undo-]").first.fill("写し間違い")
            page.locator("main form:has([id^=undo-]) button").first.click()
            page.wait_for_load_state()
            save(page, f"{root}held/{row.pk}/", values)
    page.goto(f"{root}{rows[0][0].move_in_id}/held/")
    looked_at(page, "held")
    press(page, "修正した行を取り込む")
    page.wait_for_load_state()
    job.work()


def save(page: Page, address: str, values: dict[str, str]) -> None:
    """Open the row's values on a ground, put the right ones in, say why, save."""
    page.goto(address)
    opening = page.locator("main details:has(form[action$='/open/'])")
    if opening.count():
        opening.locator("summary").click()
        ground = opening.locator("[name=ground]")
        ground.fill("旧システムの画面") if ground.evaluate("one => one.tagName") == "INPUT" else ground.select_option(
            index=1
        )
        opening.locator("button").last.click()
        page.wait_for_load_state()
    for key, value in values.items():
        page.locator(f"[name='value:{key}']").fill(value)
    page.locator("main [name=reason]").first.fill("旧システムの画面で確認")
    page.locator("main button[name=do][value=save]").click()
    page.wait_for_load_state()


def tell_counts(job: Job, *, other: str) -> None:
    """Type the old system's counts: as ours but for one line, which is explained."""
    page = job.officer
    press(page, "件数表を開く")
    for line in ("people_japanese", "people_foreign", "households", "history_rows"):
        row = page.locator(f"main tr:has([name='theirs:{line}'])")
        ours = int(re.sub(r"\D", "", row.locator("td").first.inner_text()))
        page.locator(f"[name='theirs:{line}']").fill(str(ours + (line == other)))
    press(page, "保存する")
    assert page.get_by_text("合わせて1件").count() == 1
    page.locator(f"[name='why:{other}']").fill("旧システムは保留の行も数えている")
    looked_at(page, "counts")
    press(page, "保存する")
    assert page.get_by_text("すべての行に答えがあります").count() == 1


def open_round(job: Job, number: int) -> None:
    with entered(job.scope):
        (move,) = queries.moves(job.scope)
        one = queries.rounds_of(job.scope, move)[number - 1]
    job.officer.goto(f"{job.root}{one.pk}/")


def sign(job: Job, number: int) -> None:
    """The officer asks, another person approves."""
    open_round(job, number)
    looked_at(job.officer, f"round-{number}")
    press(job.officer, "署名して確認を依頼する")
    job.officer.wait_for_load_state()
    assert job.officer.get_by_text("確認待ち").count()
    job.head.goto(f"/{job.town.code}/work/approvals/")
    job.head.locator("main table a", has_text=f"リハーサル第{number}回").click()
    press(job.head, "承認する")
    job.head.wait_for_load_state()


def refused(job: Job) -> None:
    """Nobody signs while something is open."""
    assert job.officer.get_by_text("署名の前に済ませること").count() == 1
    assert job.officer.get_by_role("button", name="署名して確認を依頼する").count() == 0


def explain(job: Job) -> None:
    job.officer.locator("main form[action*='/explain/'] [name=text]").fill("第1回の取込が残っている")
    press(job.officer, "説明を保存する")
    job.officer.wait_for_load_state()


def see_difference(job: Job, *, mended: bool) -> None:
    page = job.officer
    press(page, "前回との違いを見る")
    kinds = dict(row.inner_text().split("\t")[:2] for row in page.locator("main table").first.locator("tbody tr").all())
    # a damaged row may be accepted and another of its household set aside: then the sound one differs, too
    assert int(kinds["内容が変わった行"]) >= 1 if mended else kinds["内容が変わった行"] == "1"
    assert (int(kinds["前回の保留が直って入った行"]) > 0) is mended
    looked_at(page, "difference")
    page.locator("main tr", has_text="内容が変わった行").locator("a").click()
    masked = page.locator("main").inner_text()
    assert job.mover.value not in masked
    looked_at(page, "rows")
    page.locator("main summary", has_text="伏字を開く").click()
    page.locator("main [name=ground]").select_option("vendor_inquiry")
    press(page, "理由を記録して開く")
    page.wait_for_load_state()
    assert job.mover.value.replace("-", "") in page.locator("main").inner_text().replace("-", "")


def reports(job: Job) -> None:
    """Both forms of the report, as files."""
    open_round(job, 2)
    with job.officer.expect_download() as told:
        press(job.officer, "報告書（Excel）")
    book = openpyxl.load_workbook(io.BytesIO(told.value.path().read_bytes()))
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    with job.officer.expect_download() as paper:
        press(job.officer, "報告書（PDF）")
    words = printed(paper.value.path().read_bytes())
    for wanted in ("内容が変わった行", job.mover.name):
        assert any(wanted in str(cell) for cell in cells), wanted
        assert wanted in words, wanted
    assert job.mover.value not in words
    assert not any(job.mover.value in str(cell) for cell in cells)


@pytest.mark.usefixtures("quiet_queue")
@pytest.mark.parametrize("mover", [SABAE, KASUYA], ids=["sabae", "kasuya"])
def test_an_officer_takes_a_demo_town_through_two_rehearsals(begin: Callable[[Mover], Job], mover: Mover) -> None:
    job = begin(mover)
    plan(job)
    hand_over(job, 1, job.first)
    if mover.defects:
        mend(job)
        open_round(job, 1)
    count(job)
    refused(job)
    tell_counts(job, other="people_japanese")
    sign(job, 1)
    hand_over(job, 2, job.second)
    count(job)
    refused(job)
    explain(job)
    tell_counts(job, other="households")
    open_round(job, 2)
    see_difference(job, mended=bool(mover.defects))
    sign(job, 2)
    reports(job)
    job.officer.goto(job.root)
    job.officer.locator("main table a").first.click()
    looked_at(job.officer, f"move-{mover.code}")
    assert job.officer.locator("main tbody .mk-chip", has_text="確定").count() == 2
