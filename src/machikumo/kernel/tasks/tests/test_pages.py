"""The first page of each role, the task list, and the one search box."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.registries import Registry, searches, tasks
from machikumo.kernel.tasks import actions, queries
from machikumo.kernel.tasks.domain import SearchResult, Task
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


class Moving:
    """A task source that keeps work by person."""

    def __init__(self) -> None:
        self.moved: list[tuple[str, str]] = []

    def __call__(self, _scope: Scope) -> list[Task]:
        return [Task("届出を処理する", "Handle a notice", "/x/", "notice", due=timezone.localdate())]

    def hand_over(self, _scope: Scope, leaving: str, successor: str) -> int:
        self.moved.append((leaving, successor))
        return 4


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a registry hold only the given sources during the test."""

    def hold(registry: Registry[Any], **sources: Any) -> None:
        monkeypatch.setattr(registry, "_items", sources)

    return hold


def test_the_home_page_says_what_to_do_now_most_urgent_first(
    client: Client, town: Organisation, signed_in: Any, only: Any
) -> None:
    def source(_scope: Scope) -> Iterator[Task]:
        today = timezone.localdate()
        yield Task("あとの仕事", "Later", "/later/", "a", due=today + dt.timedelta(days=9))
        yield Task("遅れた仕事", "Late", "/late/", "b", due=today - dt.timedelta(days=1))

    only(tasks, late=source)
    signed_in(client, town, "desk_clerk")
    page = client.get(f"/{town.code}/work/").content.decode()
    assert "あなたを待っていることが2件あります" in page
    assert page.index("遅れた仕事") < page.index("あとの仕事")
    assert "期限を過ぎています" in page


def test_the_home_page_offers_only_pages_that_the_role_may_open(
    client: Client, town: Organisation, signed_in: Any, only: Any
) -> None:
    only(tasks)
    signed_in(client, town, "desk_clerk")
    page = client.get(f"/{town.code}/work/").content.decode()
    assert "あなたを待っていることはありません" in page
    assert "住民を探す" in page
    assert "人事異動" not in page


def test_every_address_on_the_home_page_of_every_role_opens(
    client: Client, make_organisation: Any, signed_in: Any
) -> None:
    from machikumo.kernel.tasks.pages import work_pages
    from machikumo.organisations.catalogue import catalogue

    for kind in ("municipality", "group", "prefecture", "ministry"):
        organisation = make_organisation(kind=kind)
        for role in catalogue().roles_of(kind):
            signed_in(client, organisation, role.key)
            home = client.get(f"/{organisation.code}/work/")
            assert home.status_code == 200, (kind, role.key)
            for entry, url in work_pages(home.wsgi_request.scope):
                assert client.get(url, follow=True).status_code == 200, (kind, role.key, entry.url_name)


def test_a_task_for_another_permission_is_not_shown(scope_of: Any, town: Organisation, only: Any) -> None:
    only(tasks, a=lambda _scope: [Task("承認する", "Approve", "/a/", "a", waiting_for="approvals.decide")])
    clerk = scope_of(town, permissions=frozenset({"work.enter"}))
    head = scope_of(town, permissions=frozenset({"approvals.decide"}))
    with entered(clerk):
        assert queries.open_tasks(clerk).entries == []
    with entered(head):
        assert [task.title_ja for task in queries.open_tasks(head).entries] == ["承認する"]


def broken(_scope: Scope, *_words: str) -> list[Any]:
    connection.cursor().execute("SELECT no_such_column")
    return []


def test_one_rooms_fault_takes_nothing_from_the_others(
    client: Client, town: Organisation, signed_in: Any, only: Any, caplog: pytest.LogCaptureFixture
) -> None:
    only(tasks, broken=broken, good=Moving())
    only(searches, broken=broken, good=lambda _scope, words: [SearchResult("page", words, words, "/found/")])
    signed_in(client, town, "desk_clerk")
    home = client.get(f"/{town.code}/work/tasks/").content.decode()
    assert "一部を表示できません" in home
    assert "届出を処理する" in home
    found = client.post(f"/{town.code}/work/search/", {"q": "言葉"}).content.decode()
    assert "一部を表示できません" in found
    assert "/found/" in found
    assert "source broken failed" in caplog.text


def test_a_room_that_the_role_may_not_ask_is_passed_over_in_silence(scope: Scope, only: Any) -> None:
    def refuse(_scope: Scope, *_words: str) -> list[Any]:
        raise Forbidden("だめ", "No")

    only(tasks, closed=refuse)
    only(searches, closed=refuse)
    with entered(scope):
        assert queries.open_tasks(scope) == queries.Gathered([], ())
        assert queries.search(scope, "x") == queries.Gathered([], ())


def test_search_finds_pages_by_words_of_their_titles_in_either_language(
    client: Client, town: Organisation, signed_in: Any
) -> None:
    signed_in(client, town, "information_officer")
    for words in ("人事異動", "personnel CHANGES", "changes personnel"):
        page = client.post(f"/{town.code}/work/search/", {"q": words}).content.decode()
        assert f"/{town.code}/work/people/transfers/" in page
    assert "見つかりませんでした" in client.post(f"/{town.code}/work/search/", {"q": "zzzz"}).content.decode()


def test_search_gives_no_page_that_the_role_may_not_open(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "desk_clerk")
    page = client.post(f"/{town.code}/work/search/", {"q": "人事異動"}).content.decode()
    assert "見つかりませんでした" in page


def test_search_finds_staff_of_ones_own_town_only(
    client: Client, town: Organisation, other_town: Organisation, make_staff: Any, signed_in: Any
) -> None:
    name = f"検索{secrets.token_hex(3)}"
    make_staff(other_town, "desk_clerk", name=name)
    signed_in(client, town, "information_officer")
    assert "見つかりませんでした" in client.post(f"/{town.code}/work/search/", {"q": name}).content.decode()
    make_staff(town, "desk_clerk", name=name)
    assert name in client.post(f"/{town.code}/work/search/", {"q": name}).content.decode()


def test_an_empty_question_asks_no_room(scope: Scope, only: Any) -> None:
    only(searches, broken=broken)
    with entered(scope):
        assert queries.search(scope, "  ") == queries.Gathered([], ())


def test_open_work_is_handed_over_by_every_source_that_keeps_it_by_person(scope: Scope, only: Any) -> None:
    keeps = Moving()
    only(tasks, keeps=keeps, other=lambda _scope: [])
    assert actions.hand_over(scope, leaving="account:1", successor="account:2") == {"keeps": 4}
    assert keeps.moved == [("account:1", "account:2")]


def test_a_stranger_is_sent_to_the_sign_in_page_and_another_towns_clerk_sees_nothing(
    client: Client, town: Organisation, other_town: Organisation, signed_in: Any
) -> None:
    assert client.get(f"/{town.code}/work/")["Location"].startswith("/sign-in/")
    signed_in(client, other_town, "desk_clerk")
    for page in ("", "tasks/", "search/?q=a"):
        assert client.get(f"/{town.code}/work/{page}").status_code == 404
