"""The pages of a move: planned, fed, explained, counted, signed and reported in the browser's way."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.kernel.jobs.running import perform
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.paper import page_texts
from machikumo.kernel.tenancy.doors import entered
from machikumo.rehearsals import queries
from machikumo.rehearsals.models import Move, Round
from machikumo.rehearsals.tests.conftest import measure
from machikumo.rehearsals.tests.makers import bytes_of, kasumi_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PEOPLE = [kasumi_row(number) for number in range(1, 6)]
CHANGED = [*PEOPLE[:3], kasumi_row(4, kanji_shimei="渡\ue000　花子"), kasumi_row(9)]

pytestmark = pytest.mark.usefixtures("quiet_queue")


@pytest.fixture
def browser(client: Client, town: Organisation, signed_in: Callable[..., object]) -> Client:
    signed_in(client, town, "information_officer")
    return client


@pytest.fixture
def root(town: Organisation) -> str:
    return f"/{town.code}/work/rehearsals/"


def page(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_a_move_is_planned_and_its_first_round_gets_a_file(browser: Client, root: str, scope: Scope) -> None:
    assert "計画した移行はまだありません" in page(browser, root)
    given = {"system": "resident_record", "old_vendor": "霞", "new_vendor": "まちくも", "rehearsals": "2"}
    answer = browser.post(f"{root}new/", given)
    assert answer.status_code == 302
    text = page(browser, answer["Location"])
    assert "リハーサル第2回" in text
    assert "本番" in text
    with entered(scope):
        (move,) = Move.objects.within(scope)
        first = queries.rounds_of(scope, move)[0]
    assert "resident_record" not in page(browser, f"{root}new/").split("<select")[1].split("</select>")[0]
    empty = page(browser, f"{root}{first.pk}/")
    assert "この回のファイルがありません" in empty
    data = SimpleUploadedFile("霞.csv", bytes_of(PEOPLE))
    answer = browser.post(f"{root}{first.pk}/files/", {"mapping": "kasumi-to-standard", "file": data})
    assert answer.status_code == 302
    assert "霞.csv" in page(browser, f"{root}{first.pk}/")
    assert "第1回" in page(browser, root)


def test_dates_of_the_rounds_are_kept(browser: Client, root: str, rounds: list[Round]) -> None:
    address = f"{root}moves/{rounds[0].move_id}/dates/"
    shown = page(browser, address)
    assert shown.count("<fieldset") >= 3
    given = {}
    for number in (1, 2, 3):
        names = {"era": "令和", "year": "9", "month": str(number), "day": "10"}
        given |= {f"round_{number}_{part}": value for part, value in names.items()}
    assert browser.post(address, given).status_code == 302
    assert "令和9年2月10日" in page(browser, f"{root}moves/{rounds[0].move_id}/")
    wrong = browser.post(address, given | {"round_1_day": "32"})
    assert wrong.status_code == 200


def test_the_difference_is_read_figure_by_figure_and_opened_to_its_rows(
    browser: Client, root: str, officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    assert "比べる回がまだありません" in page(browser, f"{root}{rounds[1].pk}/difference/")
    brought(rounds[0], PEOPLE)
    brought(rounds[1], CHANGED)
    text = page(browser, f"{root}{rounds[1].pk}/difference/")
    assert "前回だけにある行" in text
    assert "measure=column&amp;item=name" in text
    rows = f"{root}{rounds[1].pk}/difference/rows/"
    asked = {"layout": "resident-standard", "measure": "column", "item": "name", "value": ""}
    masked = page(browser, rows, **asked)
    assert "花子" not in masked
    assert "＊＊＊　＊＊" in masked
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    again = browser.post(f"{rows}?{query}", {"ground": ""}).content.decode()
    assert "花子" not in again
    assert "選んでください" in again
    clear = browser.post(f"{rows}?{query}", {"ground": "vendor_inquiry"}).content.decode()
    assert "花子" in clear
    assert browser.get(rows, {"measure": "nothing"}).status_code == 404
    events = [json.loads(canonical)["event"] for (canonical,) in rows_of(officer)]
    assert events.count("rehearsal.rows_unmasked") == 1
    assert events.count("rehearsal.rows_opened") == 2


def test_who_only_looks_sees_masked_rows_and_no_way_to_open_them(
    client: Client, town: Organisation, signed_in: Callable[..., object], root: str, rounds: list[Round],
    brought: Callable[..., None],
) -> None:  # fmt: skip
    brought(rounds[0], PEOPLE)
    brought(rounds[1], CHANGED)
    signed_in(client, town, "cio")
    asked = {"layout": "resident-standard", "measure": "kind", "item": "", "value": "changed"}
    text = page(client, f"{root}{rounds[1].pk}/difference/rows/", **asked)
    assert "伏字を開く" not in text
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    refused = client.post(f"{root}{rounds[1].pk}/difference/rows/?{query}", {"ground": "vendor_inquiry"})
    assert refused.status_code == 403


def test_the_count_sheet_is_typed_line_by_line_and_asks_for_a_reason(
    browser: Client, root: str, rounds: list[Round], brought: Callable[..., None]
) -> None:
    address = f"{root}{rounds[0].pk}/counts/"
    assert "まだ集計していません" in page(browser, address)
    brought(rounds[0], PEOPLE)
    assert "署名の前に埋める行があります" in page(browser, address)
    given = {
        "theirs:people_japanese": "6",
        "theirs:people_foreign": "0",
        "theirs:households": "5",
        "theirs:history_rows": "5",
    }
    assert browser.post(address, given).status_code == 302
    assert "合わせて1件" in page(browser, address)
    browser.post(address, given | {"why:people_japanese": "転出予定の1人を含む"})
    assert "すべての行に答えがあります" in page(browser, address)
    wrong = browser.post(address, given | {"theirs:households": "五"})
    assert wrong.status_code == 200
    assert browser.get(f"{root}{rounds[0].pk}/counts/").status_code == 200


def test_the_count_sheet_comes_from_a_file_and_unknown_lines_are_told(
    browser: Client, root: str, officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    address = f"{root}{rounds[0].pk}/counts/upload/"
    text = '項目,件数\r\n日本人住民,"5"\r\n世帯,５世帯\r\n馬,3\r\n'.encode("cp932")
    answer = browser.post(address, {"file": SimpleUploadedFile("件数表.csv", text)}, follow=True)
    assert "読み飛ばしました: 馬" in answer.content.decode()
    with entered(officer):
        lines = {
            line.key: line.theirs for line in queries.count_lines(officer, queries.round_of(officer, rounds[0].pk))
        }
    assert (lines["people_japanese"], lines["households"], lines["people_foreign"]) == (5, 5, None)
    refused = browser.post(address, {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00\x00")}, follow=True)
    assert "件数表を読めません" in refused.content.decode()
    empty = browser.post(address, {}, follow=True)
    assert "ファイルを選んでください" in empty.content.decode()


def test_a_round_is_signed_on_its_page_and_reported(
    browser: Client, root: str, officer: Scope, rounds: list[Round], brought: Callable[..., None], head: Scope
) -> None:
    from machikumo.kernel.approvals import actions as approvals
    from machikumo.kernel.approvals import queries as asked

    one = f"{root}{rounds[0].pk}/"
    brought(rounds[0], PEOPLE)
    refused = browser.post(f"{one}sign/", follow=True).content.decode()
    assert "まだ署名できません" in refused
    told = {"people_japanese": 5, "people_foreign": 0, "households": 5, "history_rows": 5}
    browser.post(f"{one}counts/", {f"theirs:{key}": str(count) for key, count in told.items()})
    assert "署名して確認を依頼する" in page(browser, one)
    signed = browser.post(f"{one}sign/", follow=True).content.decode()
    assert "もう一人の確認を待っています" in signed
    assert "ファイルを渡す" not in page(browser, one)
    with entered(head):
        (request,) = asked.waiting(head)
    approvals.approve(head, approval_id=request.pk)
    sheet = browser.get(f"{one}report.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert book.sheetnames[0] == "1 概要"
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert ("読んだ行" in cells, 5 in cells) == (True, True)
    paper = browser.get(f"{one}report.pdf")
    assert paper["Content-Type"] == "application/pdf"
    words = "".join("".join(page_texts(paper.content)).split())
    assert "移行結果報告書" in words
    assert "日本人住民" in words
    assert "練習用" in words
    events = [json.loads(canonical)["event"] for (canonical,) in rows_of(officer)]
    assert events.count("rehearsal.report_downloaded") == 2
    assert browser.get(f"{one}report.docx").status_code == 404
    assert "確定" in page(browser, f"{root}moves/{rounds[0].move_id}/")


def test_a_report_waits_until_the_round_is_counted(browser: Client, root: str, rounds: list[Round]) -> None:
    assert browser.get(f"{root}{rounds[0].pk}/report.pdf").status_code == 409


def test_a_move_in_made_before_is_given_to_a_round(
    browser: Client, root: str, officer: Scope, rounds: list[Round]
) -> None:
    from machikumo.layouts import actions as layouts

    one = layouts.receive(officer, name="先に.csv", chunks=[bytes_of(PEOPLE)], mapping_key="kasumi-to-standard")
    started = layouts.start(officer, move_in_id=one.pk)
    perform(officer.organisation_id, started.job_run_id or 0)
    address = f"{root}{rounds[0].pk}/"
    assert "先に.csv を加える" in page(browser, address)
    browser.post(f"{address}add/", {"move_in": str(one.pk)})
    assert "先に.csv を加える" not in page(browser, address)
    twice = browser.post(f"{root}{rounds[1].pk}/add/", {"move_in": str(one.pk)}, follow=True)
    assert "すでにほかの回に" in twice.content.decode()
    assert browser.post(f"{address}add/", {"move_in": "x"}).status_code == 404
    assert browser.post(f"{address}measure/").status_code == 302


def test_why_a_files_two_sides_differ_is_written_on_the_page(
    browser: Client, root: str, officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    brought(rounds[1], CHANGED)
    address = f"{root}{rounds[1].pk}/"
    text = page(browser, address)
    assert "差異あり" in text
    with entered(officer):
        (run,) = queries.files_of(officer, rounds[1])
    browser.post(f"{address}explain/{run.pk}/", {"text": "第1回の取込が残っている"})
    assert "第1回の取込が残っている" in page(browser, address)
    assert "差異があるファイル" not in page(browser, address)
    browser.post(f"{address}explain/{run.pk}/", {"text": ""})
    assert "差異があるファイルが1件" in page(browser, address)


def test_the_progress_over_the_rounds_is_drawn_beside_its_table(
    browser: Client, root: str, officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    address = f"{root}moves/{rounds[0].move_id}/"
    assert "mk-drawing" not in page(browser, address)
    brought(rounds[0], PEOPLE)
    brought(rounds[1], CHANGED, measured=False)
    measure(officer, rounds[1])
    text: Any = page(browser, address)
    assert "mk-drawing" in text
    assert "前回と違う行" in text
