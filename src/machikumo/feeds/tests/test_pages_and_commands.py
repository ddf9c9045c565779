"""Pages, tasks, health and commands say the same: how fresh the register is, and which file is missing."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.feeds import cli, freshness, jobs, queries, waiting
from machikumo.feeds.models import Feed, FeedArrival, FeedRow
from machikumo.feeds.tests import hand
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

GAP = "D_20260402_0001.csv"
FORM: dict[str, Any] = {
    "name": "日次",
    "mapping_key": "kasumi-to-standard",
    "pattern": "S_{date}_{sequence}.csv",
    "order": "number",
    "width": "4",
    "codes": "182079 182087",
    "days": ["0", "1", "2", "3", "4"],
    "due_after_days": "1",
    "due_hour": "9",
    "stale_after": "3",
    "control_header": "",
    "control_trailer": "T,{rows}",
    "zero_rows": "on_days_off",
    "stop_percent": "10",
    "key": "daily",
    "first_number": "1",
    "as_of_era": "西暦",
    "as_of_year": "2026",
    "as_of_month": "4",
    "as_of_day": "1",
}


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Callable[..., Any]) -> Client:
    """A browser of an information officer."""
    signed_in(client, town, "information_officer")
    return client


@pytest.fixture
def address(town: Organisation) -> str:
    """The address of the feeds."""
    return f"/{town.code}/work/feeds/"


@pytest.fixture
def gapped(scope: Scope) -> Feed:
    """A feed of which the first file has not come."""
    hand.lives_here(scope)
    feed = hand.feed(scope)
    hand.arrive(scope, feed, *hand.made(scope, feed, 2, hand.change(3)))
    return feed


def test_a_feed_is_described_on_a_page_and_described_anew(officer: Client, address: str, scope: Scope) -> None:
    assert officer.get(address).status_code == 200
    answer = officer.post(f"{address}new/", FORM)
    with entered(scope):
        feed = Feed.objects.within(scope).get(key="daily")
    assert answer["Location"] == f"{address}{feed.pk}/"
    assert (feed.codes, feed.days, feed.last_day) == (["182079", "182087"], [0, 1, 2, 3, 4], date(2026, 4, 1))
    assert not feed.ends_with_newline
    change = f"{address}{feed.pk}/change/"
    assert "S_{date}_{sequence}.csv" in officer.get(change).content.decode()
    officer.post(change, FORM | {"name": "毎日", "do": "close"})
    with entered(scope):
        feed = queries.feed_of(scope, feed.pk)
    assert (feed.name, feed.is_active) == ("毎日", False)
    again = officer.post(f"{address}new/", FORM)
    assert "もう使われています" in again.content.decode()
    wrong = officer.post(change, FORM | {"pattern": "S_{date}.csv"})
    assert "sequence" in wrong.content.decode()


def test_the_gap_is_on_the_page_in_the_task_list_and_in_health(
    officer: Client, address: str, scope: Scope, gapped: Feed
) -> None:
    page = officer.get(f"{address}{gapped.pk}/").content.decode()
    assert GAP in page
    assert "<svg" in page
    with entered(scope):
        titles = [task.title_ja for task in waiting.tasks_of(scope)]
        lines = freshness.health(scope)
        value = freshness.kpi(scope)["value"]
    assert titles == [f"差分ファイル「{GAP}」が届いていません"]
    assert [line.is_well for line in lines] == [False]
    assert value is not None
    assert value > 100


def test_a_file_handed_in_on_the_page_is_applied_by_the_job(
    officer: Client, address: str, scope: Scope, gapped: Feed
) -> None:
    name, data = hand.made(scope, gapped, 1, hand.change(2))
    page = f"{address}{gapped.pk}/hand-in/"
    assert officer.get(page).status_code == 200
    assert officer.post(page, {"file": SimpleUploadedFile(name, data)}).status_code == 302
    with entered(scope):
        run = jobs.start_if_due(scope, gapped)
    assert run is not None
    perform(scope.organisation_id, run.pk)
    assert hand.history(scope) == [(1, 0), (2, 0), (3, 0)]
    again = officer.post(page, {"file": SimpleUploadedFile(name, data)}, follow=True).content.decode()
    assert "に反映済みです" in again
    with entered(scope):
        assert jobs.start_if_due(scope, gapped) is None
        assert list(FeedArrival.objects.within(scope).order_by("pk").values_list("verdict", flat=True)) == [
            "taken",
            "taken",
            "repeated",
        ]
    officer.post(f"{address}{gapped.pk}/apply/")


def test_everything_that_is_decided_can_be_decided_on_the_pages(
    officer: Client, address: str, scope: Scope, gapped: Feed
) -> None:
    officer.post(f"{address}{gapped.pk}/skip/", {"position": "x", "ground": "なし"})
    officer.post(f"{address}{gapped.pk}/skip/", {"position": "1", "ground": "作られなかった"})
    broken = hand.change(4, addressee_number=hand.OTHER, sex="")
    file = hand.bring(scope, gapped, 3, hand.change(6), broken)
    page = f"{address}files/{file.pk}/"
    text = officer.get(page).content.decode()
    assert "間の履歴がない" in text
    assert "藤沢" not in text
    fetched = officer.post(f"{page}fetch/")
    assert fetched["Content-Disposition"] == f'attachment; filename="mend-{file.name}"'
    mended = hand.made(scope, gapped, 3, hand.change(1, "02", addressee_number=hand.OTHER))[1].removesuffix(b"T,1\n")
    officer.post(f"{page}mend/", {"file": SimpleUploadedFile("m.csv", mended)})
    assert hand.history(scope, hand.OTHER) == [(1, 0)]
    officer.post(f"{page}mend/", {})
    officer.post(f"{page}again/")
    with entered(scope):
        row = FeedRow.objects.within(scope).get(file=file, broken=False)
    officer.post(f"{address}rows/{row.pk}/", {"do": "accept", "ground": ""})
    officer.post(f"{address}rows/{row.pk}/", {"do": "accept", "ground": "確かめた"})
    assert hand.history(scope)[-1] == (6, 0)
    officer.post(f"{address}rows/{row.pk}/", {"do": "keep", "ground": "遅い"})
    officer.post(f"{page}withdraw/", {"ground": "遅い"})
    officer.post(f"{page}confirm/", {"ground": "遅い"})
    with entered(scope):
        assert FeedRow.objects.within(scope).get(pk=row.pk).state == "applied"
        assert queries.file_of(scope, file.pk).state == "applied"


def test_a_stopped_file_is_confirmed_or_withdrawn_on_its_page(officer: Client, address: str, scope: Scope) -> None:
    feed = hand.feed(scope)
    rows = [hand.change(5, addressee_number=f"{900 + number:015d}") for number in range(6)]
    first = hand.bring(scope, feed, 1, *rows)
    with entered(scope):
        assert (
            next(task.title_ja for task in waiting.tasks_of(scope)) == f"差分ファイル「{first.name}」が止まっています"
        )
    page = f"{address}files/{first.pk}/"
    assert "台帳と合わない行が多すぎます" in officer.get(page).content.decode()
    assert "確認を待っているファイル" in officer.get(f"{address}{feed.pk}/").content.decode()
    officer.post(f"{page}withdraw/", {"ground": "別の時点"})
    assert officer.get(page).status_code == 404
    second = hand.bring(scope, feed, 1, *rows)
    officer.post(f"{address}files/{second.pk}/confirm/", {"ground": "正しい"})
    with entered(scope):
        run = jobs.start_if_due(scope, feed)
    assert run is not None
    perform(scope.organisation_id, run.pk)
    with entered(scope):
        assert queries.file_of(scope, second.pk).state == "applied"


def test_somebody_who_may_only_look_is_shown_no_button(
    client: Client, town: Organisation, signed_in: Callable[..., Any], address: str, gapped: Feed
) -> None:
    signed_in(client, town, "section_head")
    page = client.get(f"{address}{gapped.pk}/").content.decode()
    assert GAP in page
    assert "ファイルを渡す" not in page
    assert client.post(f"{address}{gapped.pk}/skip/", {}).status_code == 403


# --- commands


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())
    chosen = parser.parse_args(list(words))
    assert chosen.needs_django
    code: int = chosen.run(chosen)
    return code


def test_the_command_opens_a_feed_takes_files_in_and_names_the_gap(
    scope: Scope, town: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand.lives_here(scope)
    described = ["--name", "標準", "--pattern", "D_{date}_{sequence}.csv", "--trailer", "T,{rows}"]
    assert run("feed", "open", town.code, "std", *described, "--code-in-files", hand.CODE, "--as-of", "2026-04-01") == 0
    with entered(scope):
        feed = queries.feed_by_key(scope, "std")
    paths = []
    for number in (1, 2, 3):
        name, data = hand.made(scope, feed, number, hand.change(number + 1))
        paths.append(str(tmp_path / name))
        (tmp_path / name).write_bytes(data)
    assert run("feed", "receive", town.code, "std", paths[0]) == 0
    assert run("feed", "receive", town.code, "std", paths[2]) == cli.GAP
    assert "D_20260403_0002.csv" in capsys.readouterr().out
    assert run("feed", "state", town.code) == cli.GAP
    assert run("feed", "receive", town.code, "std", "--keep", paths[1]) == 0
    assert hand.history(scope) == [(1, 0), (2, 0)]
    assert run("feed", "receive", town.code, "std", paths[0]) == 0
    assert "applied" in capsys.readouterr().out
    assert hand.history(scope) == [(1, 0), (2, 0), (3, 0), (4, 0)]


def test_a_refused_file_a_missing_one_and_an_unknown_feed_are_told_by_the_exit_code(
    scope: Scope, town: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand.feed(scope)
    (tmp_path / "x.csv").write_bytes(b"x\n")
    assert run("feed", "receive", town.code, "std", str(tmp_path / "x.csv")) == 1
    assert "ファイル名が決まりと違う" in capsys.readouterr().out
    assert run("feed", "receive", town.code, "std", str(tmp_path / "none.csv")) == 1
    assert run("feed", "state", town.code, "none") == 1
    assert "none" in capsys.readouterr().err
    assert run("feed", "state", town.code, "std") == 0
