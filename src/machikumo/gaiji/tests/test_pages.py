"""The workbench in the browser: bring a font, decide beside the pictures, confirm as another person, publish."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.gaiji import actions, queries
from machikumo.gaiji.tests.making import gaiji_bytes
from machikumo.gaiji.tests.test_workbench import KEEP, both, figures, identified
from machikumo.kernel.characters import MissingFont
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.gaiji.models import GaijiSet
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Callable[..., object]) -> Client:
    """An information officer, who decides."""
    signed_in(client, town, "information_officer")
    return client


@pytest.fixture
def head(town: Organisation, signed_in: Callable[..., object]) -> Client:
    """The CIO, who confirms."""
    from django.test import Client as Browser

    other = Browser()
    signed_in(other, town, "cio")
    return other


@pytest.fixture
def second(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:2")


def page(client: Client, address: str, **parameters: str) -> str:
    answer = client.get(address, parameters)
    assert answer.status_code == 200
    return answer.content.decode()


def root(town: Organisation) -> str:
    return f"/{town.code}/work/gaiji/"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_an_empty_list_says_what_to_do(officer: Client, town: Organisation) -> None:
    text = page(officer, root(town))
    assert "外字セットはまだありません" in text
    assert f"{root(town)}new/" in text


def test_a_font_and_a_file_are_brought_and_the_work_begins(
    officer: Client,
    town: Organisation,
    scope: Scope,
    quiet_queue: None,  # noqa: ARG001 - a fresh queue
) -> None:
    answer = officer.post(
        f"{root(town)}new/",
        {
            "system": "霞システム",
            "key": "kasumi",
            "font": upload("EUDC.TTE", gaiji_bytes(1, 2)),
            "people_file": upload("people.csv", "番号,氏名\r\n1,\ue000\r\n".encode("cp932")),
            "charset": "cp932",
            "key_column": "番号",
        },
    )
    assert answer.status_code == 302
    with entered(scope):
        one = queries.sets(scope).get()
        assert one.data is not None
    text = page(officer, answer.url)
    assert "U+E000" in text
    assert "<svg" in text
    assert one.font_sha256 in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"font": b"no font"}, "TrueType フォントではありません"),
        ({"system": ""}, "旧システムの名前"),
        ({"people_file": b"a"}, "見出しが必要です"),
    ],
)
def test_what_is_wrong_with_an_upload_is_said_on_the_page(
    officer: Client, town: Organisation, changes: dict[str, bytes | str], said: str
) -> None:
    facts: dict[str, bytes | str] = {"system": "霞", "key": "k", "font": gaiji_bytes(1), "charset": "cp932"} | changes
    files = {key: upload(f"{key}.bin", value) if isinstance(value, bytes) else value for key, value in facts.items()}
    answer = officer.post(f"{root(town)}new/", files)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_font_that_is_too_large_is_refused_by_the_form(
    officer: Client, town: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("machikumo.gaiji.forms.LARGEST", 10)
    facts = {"system": "霞", "key": "k", "font": upload("f.tte", gaiji_bytes(1)), "charset": "cp932"}
    assert "大きすぎます" in officer.post(f"{root(town)}new/", facts).content.decode()


def test_a_taken_key_is_said_at_its_field(officer: Client, town: Organisation, bring: Callable[..., GaijiSet]) -> None:
    bring(key="kasumi")
    facts = {"system": "霞", "key": "kasumi", "font": upload("f.tte", gaiji_bytes(1)), "charset": "cp932"}
    answer = officer.post(f"{root(town)}new/", facts)
    assert answer.status_code == 200
    assert "もうあります" in answer.content.decode()


def test_figures_are_listed_with_the_most_people_first_and_both_pictures(
    officer: Client, town: Organisation, compared: GaijiSet
) -> None:
    text = page(officer, f"{root(town)}{compared.pk}/")
    assert text.index("U+E001") < text.index("U+E000") < text.index("U+E002")
    assert "MJ000010" in text
    assert "候補なし" in text
    assert "霞システム" in page(officer, root(town))


def test_the_list_is_narrowed_by_state(officer: Client, town: Organisation, compared: GaijiSet) -> None:
    text = page(officer, f"{root(town)}{compared.pk}/", show="no_candidate")
    assert "U+E002" in text
    assert "U+E000" not in text
    assert "ここに出す外字はありません" in page(officer, f"{root(town)}{compared.pk}/", show="identified")


def test_a_figure_is_shown_beside_its_candidates(
    officer: Client, town: Organisation, scope: Scope, compared: GaijiSet
) -> None:
    figure = figures(scope, compared)[0xE000]
    text = page(officer, f"{root(town)}figures/{figure.pk}/")
    assert len(re.findall(r'<input type="radio" name="choice"', text)) == 12
    assert "F040" in text
    assert "U+4E04" in text
    assert "まだ誰も決定していません" in text
    assert "<script" not in text.split("<main", 1)[1]


def test_pages_are_in_english_too(officer: Client, town: Organisation, scope: Scope, compared: GaijiSet) -> None:
    officer.cookies["machikumo_language"] = "en"
    figure = figures(scope, compared)[0xE000]
    text = officer.get(f"{root(town)}figures/{figure.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "Decide and go on" in text or "決定して次へ" in text


def test_a_decision_leads_to_the_next_open_figure(
    officer: Client, town: Organisation, scope: Scope, compared: GaijiSet
) -> None:
    rows = figures(scope, compared)
    answer = officer.post(f"{root(town)}figures/{rows[0xE000].pk}/", {"choice": "MJ000005", "reason": "一致"})
    assert answer.url == f"{root(town)}figures/{rows[0xE001].pk}/"
    with entered(scope):
        (row,) = queries.decisions_of(scope, rows[0xE000])
    assert (row.name, row.text, row.display, row.rank) == ("MJ000005", chr(0x4E04), chr(0x4E04), 1)
    assert "確認待ち" in page(officer, f"{root(town)}figures/{rows[0xE000].pk}/")


def test_the_last_decision_leads_back_to_the_set(
    officer: Client, town: Organisation, scope: Scope, bring: Callable[..., GaijiSet]
) -> None:
    one = bring(font=gaiji_bytes(3), data=b"")
    (figure,) = figures(scope, one).values()
    answer = officer.post(f"{root(town)}figures/{figure.pk}/", {"choice": "keep", "reason": "似た字がない"})
    assert answer.url == f"{root(town)}{one.pk}/"


def test_another_figure_is_typed_by_its_name_and_gets_its_exact_writing(
    officer: Client, town: Organisation, scope: Scope, compared: GaijiSet
) -> None:
    figure = figures(scope, compared)[0xE002]
    address = f"{root(town)}figures/{figure.pk}/"
    officer.post(address, {"choice": "other", "figure": "mj000001", "reason": "戸籍で確認"})
    with entered(scope):
        (row,) = queries.decisions_of(scope, figure)
    assert (row.name, row.text, row.rank) == ("MJ000001", "一\U000e0100", None)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"choice": "MJ000005"}, "理由"),
        ({"reason": "x"}, "決定"),
        ({"choice": "other", "figure": "MJ999999", "reason": "x"}, "書体にない"),
        ({"choice": "MJ000005", "reason": "x", "reduced": "辺"}, "根拠"),
        ({"choice": "MJ999999", "reason": "x"}, "一覧にない"),
    ],
)
def test_a_decision_that_is_not_whole_is_shown_again_with_what_is_missing(
    officer: Client, town: Organisation, scope: Scope, compared: GaijiSet, facts: dict[str, str], said: str
) -> None:
    figure = figures(scope, compared)[0xE000]
    answer = officer.post(f"{root(town)}figures/{figure.pk}/", facts)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    with entered(scope):
        assert not queries.decisions_of(scope, figure).exists()


def test_without_the_font_of_figures_a_typed_name_is_refused(
    officer: Client, town: Organisation, scope: Scope, compared: GaijiSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise MissingFont

    monkeypatch.setattr("machikumo.gaiji.views.figures.ipamj", missing)
    figure = figures(scope, compared)[0xE002]
    facts = {"choice": "other", "figure": "MJ000001", "reason": "x"}
    assert "書体にない" in officer.post(f"{root(town)}figures/{figure.pk}/", facts).content.decode()


def test_another_person_confirms_from_the_queue(
    officer: Client, head: Client, town: Organisation, scope: Scope, compared: GaijiSet
) -> None:
    figure = figures(scope, compared)[0xE000]
    officer.post(f"{root(town)}figures/{figure.pk}/", {"choice": "MJ000005", "reason": "一致"})
    text = page(head, f"{root(town)}review/")
    assert text.count("<svg") >= 3
    with entered(scope):
        (row,) = queries.decisions_of(scope, figure)
    answer = head.post(f"{root(town)}decisions/{row.pk}/", {"do": "confirm", "note": ""})
    assert answer.url == f"{root(town)}review/"
    assert "確認を待つ決定はありません" in page(head, answer.url)
    assert "同定済み" in page(head, f"{root(town)}figures/{figure.pk}/")


def test_a_decision_is_given_back_with_its_reason(
    head: Client, town: Organisation, scope: Scope, compared: GaijiSet
) -> None:
    figure = figures(scope, compared)[0xE000]
    row = actions.propose(scope, figure_id=figure.pk, decision=KEEP)
    assert head.post(f"{root(town)}decisions/{row.pk}/", {"do": "return"}).status_code == 400
    assert head.post(f"{root(town)}decisions/{row.pk}/", {"do": "return", "note": "候補1と同じ"}).status_code == 302
    assert "候補1と同じ" in page(head, f"{root(town)}figures/{figure.pk}/")


def test_who_may_only_decide_cannot_confirm(officer: Client, town: Organisation, compared: GaijiSet) -> None:
    assert officer.get(f"{root(town)}review/").status_code == 403
    assert officer.post(f"{root(town)}{compared.pk}/publish/").status_code == 403


def test_the_list_offers_only_what_the_role_may_do(
    officer: Client, head: Client, client: Client, town: Organisation, signed_in: Callable[..., object]
) -> None:
    mine, theirs = page(officer, root(town)), page(head, root(town))
    assert f"{root(town)}new/" in mine
    assert f"{root(town)}review/" not in mine
    assert f"{root(town)}review/" in theirs
    assert f"{root(town)}new/" not in theirs
    signed_in(client, town, "auditor")
    assert "外字セットはまだありません" in page(client, root(town))


def test_a_map_is_published_and_downloaded_in_both_forms(
    head: Client, town: Organisation, scope: Scope, second: Scope, compared: GaijiSet
) -> None:
    address = f"{root(town)}{compared.pk}/"
    assert "確認済みの同定がまだありません" in head.post(f"{address}publish/", follow=True).content.decode()
    figure = figures(scope, compared)[0xE000]
    both(scope, second, figure, identified(scope, figure))
    assert "第1版を公開しました" in head.post(f"{address}publish/", follow=True).content.decode()
    assert "変わっていません" in head.post(f"{address}publish/", follow=True).content.decode()
    toml = head.get(f"{address}versions/1/map/")
    assert toml["Content-Disposition"] == 'attachment; filename="kasumi-1.toml"'
    assert 'figure = "MJ000005"' in toml.content.decode()
    table = head.get(f"{address}versions/1/forms/").content.decode("utf-8-sig")
    assert table.splitlines()[0] == "code,figure,exact,display,reduced,reduced_to,ground"
    assert head.get(f"{address}versions/1/else/").status_code == 404
    assert head.get(f"{address}versions/2/map/").status_code == 404


def test_a_map_is_taken_over_or_refused_with_its_fault(
    officer: Client,
    town: Organisation,
    scope: Scope,
    second: Scope,
    compared: GaijiSet,
    bring: Callable[..., GaijiSet],
) -> None:
    figure = figures(scope, compared)[0xE001]
    both(scope, second, figure, identified(scope, figure))
    text = actions.publish(second, set_id=compared.pk).content
    address = f"{root(town)}{bring(key='next', data=b'').pk}/import/"
    answer = officer.post(address, {"file": upload("m.toml", text.encode())}, follow=True)
    assert "1件を確認待ちにしました" in answer.content.decode()
    for wrong in (b"[gaiji]", b"\xff\xff"):
        answer = officer.post(address, {"file": upload("m.toml", wrong)})
        assert answer.status_code == 200
        assert "mk-field--wrong" in answer.content.decode()


def test_the_official_table_is_brought_and_its_forms_stand_beside_the_candidates(
    officer: Client, town: Organisation, scope: Scope, compared: GaijiSet
) -> None:
    table = {"content": [{"MJ文字図形名": "MJ000005", "読み・字形による類推": [{"UCS": "U+4E01"}]}]}
    address, data = f"{root(town)}reductions/", json.dumps(table).encode()
    assert (
        "1件を取り込みました" in officer.post(address, {"file": upload("t.json", data)}, follow=True).content.decode()
    )
    assert "もう取り込まれています" in officer.post(address, {"file": upload("t.json", data)}).content.decode()
    figure = figures(scope, compared)[0xE000]
    assert "読み・字形による類推" in page(officer, f"{root(town)}figures/{figure.pk}/")


def test_another_towns_numbers_are_not_found(
    client: Client, other_town: Organisation, signed_in: Callable[..., object], scope: Scope, compared: GaijiSet
) -> None:
    signed_in(client, other_town, "information_officer")
    figure = figures(scope, compared)[0xE000]
    for rest in (f"{compared.pk}/", f"figures/{figure.pk}/", f"{compared.pk}/versions/1/map/"):
        assert client.get(f"{root(other_town)}{rest}").status_code == 404
