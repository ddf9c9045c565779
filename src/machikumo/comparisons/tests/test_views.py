"""The pages: draw, hand the list over, look masked, open with a trace, decide, type from paper, download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.comparisons import queries
from machikumo.comparisons.models import Comparison
from machikumo.comparisons.tests.test_running import changed, fields, japanese, people
from machikumo.cutover.tests.making import MAPPING
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_from_the_sample_to_the_report_in_the_browser(
    client: Client, town: Organisation, officer: Scope, signed_in: Callable[..., Any], old_list: bytes
) -> None:
    signed_in(client, town, "information_officer")
    work = f"/{town.code}/work/comparisons/"
    assert "照合はまだありません" in body(client, work)
    assert "支援措置" in body(client, f"{work}new/")
    assert "人数" in client.post(f"{work}new/", {"name": "x", "size": "0", "seed": "1"}).content.decode()
    made = client.post(f"{work}new/", {"name": "第1回", "size": "12", "seed": "鯖江"})
    here = made["Location"]
    assert "未回答" in body(client, here)
    with entered(officer):
        one = Comparison.objects.within(officer).get()
    person = japanese(officer, one)
    data = changed(old_list, person.addressee_number, "kanji_shimei", lambda name: f"{name}乙")
    assert "一覧ファイル" in body(client, f"{here}list/")
    broken = client.post(f"{here}list/", {"mapping": MAPPING, "file": SimpleUploadedFile("x.csv", b"a,b\r\n1,2\r\n")})
    assert broken.status_code == 200
    client.post(f"{here}list/", {"mapping": MAPPING, "file": SimpleUploadedFile("old.csv", data)})
    page = body(client, here)
    assert "判断や修正が残っています" in page
    assert "old.csv" in page

    address = f"{work}people/{person.pk}/"
    row = next(row for row in fields(officer, one) if row.place == "certificate" and row.key == "name")
    shown = body(client, address)
    assert row.old not in shown
    assert "値を開く" in shown
    opened = client.post(address).content.decode()
    assert row.old in opened
    assert row.ours in opened
    assert "comparison.opened" in {event for (event,) in rows_of(officer, "event")}

    decide = f"{work}fields/{row.pk}/decide/"
    told = client.post(decide, {"decision": "ours_right", "reason": ""}, follow=True).content.decode()
    assert "理由を書いてください" in told
    client.post(decide, {"decision": "ours_right", "reason": "旧の入力誤り"})
    assert "旧の入力誤り" in body(client, address)

    answer = client.get(f"{here}report.xlsx")
    assert answer.content.startswith(b"PK")
    assert "side-by-side" in answer["Content-Disposition"]
    client.post(f"{here}again/")
    client.cookies["machikumo_language"] = "en"
    assert "Something is to be decided" in body(client, here)


def test_paper_is_typed_without_seeing_ours(
    client: Client, town: Organisation, officer: Scope, sample: Comparison, signed_in: Callable[..., Any]
) -> None:
    person = japanese(officer, sample)
    signed_in(client, town, "information_officer")
    paper = f"/{town.code}/work/comparisons/people/{person.pk}/paper/"
    assert "筆頭者" in body(client, paper)
    assert "入力されていません" in client.post(paper, {"name": ""}).content.decode()
    client.post(paper, {"name": "誰か　別人"})
    with entered(officer):
        after = queries.sampled_of(officer, person.pk)
    assert after.source == "paper"
    assert after.answers["name"] == "誰か　別人"


def test_who_may_only_look_cannot_draw_and_another_town_finds_nothing(
    client: Client, town: Organisation, other_town: Organisation, officer: Scope, sample: Comparison, signed_in: Any
) -> None:
    person = people(officer, sample)[0]
    signed_in(client, town, "section_head")
    work = f"/{town.code}/work/comparisons/"
    assert "照合" in body(client, work)
    assert client.get(f"{work}new/").status_code == 403
    signed_in(client, other_town, "information_officer")
    elsewhere = f"/{other_town.code}/work/comparisons/"
    for path in (f"{sample.pk}/", f"{sample.pk}/list/", f"{sample.pk}/report.xlsx", f"people/{person.pk}/"):
        assert client.get(f"{elsewhere}{path}").status_code == 404
    assert client.post(f"{elsewhere}people/{person.pk}/").status_code == 404
