"""The pages of releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction

from machikumo.kernel.releases import actions, queries
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def prefecture(make_organisation: Any) -> Organisation:
    """A fresh prefecture."""
    prefecture: Organisation = make_organisation(kind="prefecture")
    return prefecture


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def first_id(scope: Scope) -> int:
    with entered(scope):
        return queries.received(scope)[0].pk


def test_the_prefecture_reads_what_a_town_released_until_it_is_taken_back(
    client: Client, scope: Scope, town: Organisation, prefecture: Organisation, signed_in: Any, scope_of: Any
) -> None:
    actions.release(scope, name="move_in", content={"人数": 1000}, recipients=[prefecture.code])
    signed_in(client, prefecture, "prefecture_officer")
    address = f"/{prefecture.code}/work/releases/"
    assert town.name in text(client.get(address))
    one = f"{address}{first_id(scope_of(prefecture))}/"
    page = text(client.get(one))
    assert "署名を確かめました" in page
    assert "1000" in page
    actions.release(
        scope,
        name="layouts.move_in",
        content={"rows": 12345, "agrees": True, "finished_at": "2026-11-24T01:00:00+00:00"},
        recipients=[prefecture.code],
    )
    page = text(client.get(f"{address}{first_id(scope_of(prefecture))}/"))
    assert "データ移行の結果" in page
    assert "12,345" in page
    assert "はい" in page
    assert "令和8年11月24日 10:00" in page
    actions.withdraw(scope, name="move_in", version=1, reason="数字の誤り")
    assert client.get(one).status_code == 404
    assert "数字の誤り" in text(client.get(address))


def test_a_copy_that_was_altered_is_shown_as_such_and_not_at_all(
    client: Client, scope: Scope, prefecture: Organisation, signed_in: Any, scope_of: Any
) -> None:
    actions.release(scope, name="move_in", content={"people": "4711"}, recipients=[prefecture.code])
    with transaction.atomic(using="migration"), connections["migration"].cursor() as cursor:
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(prefecture.pk)])
        cursor.execute('UPDATE releases_receivedrelease SET content = \'{"people": "9999"}\'')
    signed_in(client, prefecture, "prefecture_officer")
    page = text(client.get(f"/{prefecture.code}/work/releases/{first_id(scope_of(prefecture))}/"))
    assert "署名が合いません" in page
    assert "9999" not in page


def test_a_very_long_copy_is_cut_and_says_so(
    client: Client, scope: Scope, prefecture: Organisation, signed_in: Any, scope_of: Any
) -> None:
    actions.release(scope, name="long", content={"rows": ["x" * 50] * 600}, recipients=[prefecture.code])
    signed_in(client, prefecture, "prefecture_officer")
    page = text(client.get(f"/{prefecture.code}/work/releases/{first_id(scope_of(prefecture))}/"))
    assert "はじめの部分だけ" in page


def test_the_source_takes_a_version_back_on_its_page(
    client: Client, scope: Scope, town: Organisation, prefecture: Organisation, signed_in: Any, scope_of: Any
) -> None:
    signed_in(client, town, "information_officer")
    address = f"/{town.code}/work/releases/made/"
    assert "提供したデータはありません" in text(client.get(address))
    (row,) = actions.release(scope, name="flows", content={}, recipients=[prefecture.code])
    assert prefecture.name in text(client.get(address))
    assert client.post(f"{address}0/withdraw/", {"reason": "誤り", "confirmed": "on"}).status_code == 404
    page = f"{address}{row.pk}/withdraw/"
    asked = text(client.get(page))
    assert prefecture.name in asked
    assert "元に戻せません" in asked
    for lacking, words in (
        ({"reason": "数字の誤り"}, "チェックを入れてください"),
        ({"confirmed": "on"}, "理由を入力してください"),
    ):
        assert words in text(client.post(page, lacking))
        with entered(scope_of(prefecture)):
            assert queries.received(scope_of(prefecture)).count() == 1
    assert client.post(page, {"reason": "数字の誤り", "confirmed": "on"})["Location"] == address
    assert "相手はもう読めません" in text(client.get(address))
    assert client.get(page).status_code == 404
    with pytest.raises(actions.ReleaseRefused, match="理由を入力"):
        actions.withdraw(scope, name="flows", version=1, reason=" ")
    with entered(scope_of(prefecture)):
        assert list(queries.received(scope_of(prefecture))) == []


def test_a_clerk_opens_none_of_the_pages(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "desk_clerk")
    assert client.get(f"/{town.code}/work/releases/").status_code == 403
    assert client.get(f"/{town.code}/work/releases/made/").status_code == 403
