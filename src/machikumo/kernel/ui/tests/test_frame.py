import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from machikumo.kernel import registries
from machikumo.kernel.registries import Navigation, Registry
from machikumo.kernel.scope import Scope
from machikumo.kernel.ui import navigation
from machikumo.kernel.ui.context import doors, frame
from machikumo.kernel.ui.language import activate, t
from machikumo.kernel.ui.samples import SampleTown, SampleUser

TOWN = SampleTown()


@dataclass
class Request:
    path: str = "/000000/work/"


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    activate("ja")
    yield
    translation.deactivate()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry of navigation with four entries, in place of the rooms' own."""
    registry = Registry("navigation entry")
    for key, entry in {
        "people": Navigation("work", "residents", 20, "住民を探す", "Find a resident", "search", "ui:parts"),
        "jobs": Navigation("work", "system", 90, "処理の状況", "Background work", "gear", "ui:language", "jobs.view"),
        "gone": Navigation("work", "system", 91, "消えたページ", "Gone", "search", "no:such-page"),
        "town": Navigation("resident", "services", 10, "手続き", "Procedures", "unicorn", "ui:parts"),
    }.items():
        registry.register(key, entry)
    monkeypatch.setattr(registries, "navigation", registry)
    monkeypatch.setattr(navigation, "registered", registry)


def scope(*permissions: str) -> Scope:
    return Scope(1, "000000", "account:1", "desk_clerk", permissions=frozenset(permissions))


def links(area: str, who: Any = None, path: str = "/") -> list[navigation.Item]:
    return [item for section in navigation.sections(area, who, TOWN, Request(path)) for item in section.items]


@pytest.mark.usefixtures("known")
def test_a_visitor_sees_what_needs_no_permission() -> None:
    assert [item.title for item in links("work")] == ["住民を探す"]


@pytest.mark.usefixtures("known")
def test_a_permission_opens_an_entry() -> None:
    assert [item.title for item in links("work", scope("jobs.view"))] == ["住民を探す", "処理の状況"]


@pytest.mark.usefixtures("known")
def test_an_entry_without_a_page_is_left_out() -> None:
    assert "消えたページ" not in [item.title for item in links("work", scope("jobs.view"))]


@pytest.mark.usefixtures("known")
def test_the_sections_have_titles_in_the_readers_language() -> None:
    titles = [section.title for section in navigation.sections("work", scope("jobs.view"), TOWN, None)]
    assert titles == ["住民", "システム"]
    activate("en")
    titles = [section.title for section in navigation.sections("work", scope("jobs.view"), TOWN, None)]
    assert titles == ["Residents", "System"]


@pytest.mark.usefixtures("known")
def test_an_unknown_section_is_shown_as_written() -> None:
    registries.navigation.register("x", Navigation("work", "独自", 1, "甲", "A", "search", "ui:parts"))
    assert "独自" in [section.title for section in navigation.sections("work", None, TOWN, None)]


@pytest.mark.usefixtures("known")
def test_every_icon_is_drawn_though_its_name_is_not_ours() -> None:
    assert [item.icon for item in links("work", scope("jobs.view"))] == ["search", "settings"]
    assert [item.icon for item in links("resident")] == [navigation.FALLBACK_ICON]


@pytest.mark.usefixtures("known")
def test_the_part_of_the_site_that_one_is_in_is_marked() -> None:
    assert [item.is_current for item in links("work", scope("jobs.view"), "/ui/language/")] == [False, True]
    assert [item.is_current for item in links("work", scope("jobs.view"), "/ui/somewhere/deep/")] == [True, False]
    assert [item.is_current for item in links("work", scope("jobs.view"), "/elsewhere/")] == [False, False]


def test_a_page_of_the_organisation_is_preferred_to_one_of_none() -> None:
    assert navigation.address_of("town", "000000") == "/000000/"
    assert navigation.address_of("ui:parts", "000000") == "/ui/"
    assert navigation.address_of("town", "") == ""


def test_every_registered_entry_leads_to_a_page_and_has_an_icon_of_ours() -> None:
    for key, entry in registries.navigation.items():
        assert navigation.address_of(entry.url_name, "000000"), key
        assert entry.title_ja, key
        assert entry.title_en, key


def test_residents_may_choose_easy_japanese_and_staff_may_not() -> None:
    assert [one["code"] for one in navigation.language_choices(easy=True)] == ["ja", "en", "easy"]
    assert [one["code"] for one in navigation.language_choices(easy=False)] == ["ja", "en"]


def test_the_language_in_use_is_marked() -> None:
    activate("easy")
    assert [one["is_current"] for one in navigation.language_choices(easy=True)] == [False, False, True]
    assert [one["is_current"] for one in navigation.language_choices(easy=False)] == [True, False]


@pytest.mark.parametrize(
    ("path", "code", "home"),
    [
        ("/000000/work/residents/", "000000", "/000000/work/"),
        ("/000000/certificates/", "000000", "/000000/"),
        ("/oversight/towns/", "", "/oversight/"),
        ("/operator/", "", "/operator/"),
        ("/ui/pages/list/", "000000", "/ui/"),
        ("/", "", "/"),
        ("/sign-in/", "", "/"),
    ],
)
def test_home_is_the_door_one_came_in_by(path: Path, code: str, home: Any) -> None:
    assert doors(path, code)["home_url"] == home


def test_only_staff_have_a_search_and_a_task_list() -> None:
    assert doors("/000000/work/", "000000")["search_url"] == "/000000/work/search/"
    assert doors("/000000/work/", "000000")["tasks_url"] == "/000000/work/tasks/"
    assert doors("/000000/", "000000")["search_url"] == ""


def bare(rf: RequestFactory, **facts: Any) -> HttpRequest:
    request = rf.get("/000000/work/")
    request.user = AnonymousUser()
    for name, value in facts.items():
        setattr(request, name, value)
    return request


def test_the_frame_stands_without_town_and_without_person(rf: RequestFactory) -> None:
    facts = frame(bare(rf))
    assert (facts["town_name"], facts["who"]) == ("", None)
    assert facts["is_training"] is False


def test_the_frame_names_the_town_and_marks_training(rf: RequestFactory) -> None:
    facts = frame(bare(rf, organisation=TOWN))
    assert facts["town_name"] == "見本町"
    assert facts["is_training"] is True
    activate("en")
    assert frame(bare(rf, organisation=TOWN))["town_name"] == "Sample Town"


def test_a_town_without_an_english_name_keeps_its_own(rf: RequestFactory) -> None:
    activate("en")
    assert frame(bare(rf, organisation=SampleTown(name_en="")))["town_name"] == "見本町"


def test_the_frame_says_who_is_here_in_what_role(rf: RequestFactory) -> None:
    facts = frame(bare(rf, user=SampleUser(), scope=scope()))
    assert facts["who"] == {"name": "sample", "role": "desk_clerk"}
    facts = frame(bare(rf, user=SampleUser(), scope=scope(), person_name="見本", role_title=t("窓口担当", "Clerk")))
    assert facts["who"] == {"name": "見本", "role": "窓口担当"}


def test_a_visitors_scope_is_no_role(rf: RequestFactory) -> None:
    visitor = Scope(1, "000000", "visitor", "visitor")
    assert frame(bare(rf, user=SampleUser(), scope=visitor))["who"]["role"] == ""


def test_tasks_may_be_counted_late(rf: RequestFactory) -> None:
    assert frame(bare(rf, task_count=3))["task_count"]() == 3
    assert frame(bare(rf, task_count=lambda: 4))["task_count"]() == 4


def test_nobody_at_work_has_no_tasks(rf: RequestFactory) -> None:
    assert frame(bare(rf))["task_count"]() is None
    assert frame(bare(rf, scope=Scope(1, "000000", "visitor", "visitor")))["task_count"]() is None


def test_tasks_are_counted_over_all_rooms(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    from machikumo.kernel.tasks import queries
    from machikumo.kernel.tasks.queries import Gathered

    waiting = [SimpleNamespace(count=2), SimpleNamespace(count=5)]
    monkeypatch.setattr(queries, "open_tasks", lambda _scope: Gathered(waiting, ()))
    assert frame(bare(rf, scope=scope()))["task_count"]() == 7


def test_the_header_repeats_the_words_of_a_search_and_of_nothing_else(rf: RequestFactory) -> None:
    searching = rf.post("/000000/work/search/", {"q": "髙橋"})
    searching.user = AnonymousUser()
    assert frame(searching)["asked"] == "髙橋"
    listing = rf.post("/000000/work/residents/", {"q": "髙橋"})
    listing.user = AnonymousUser()
    assert frame(listing)["asked"] == ""


def test_the_town_colour_reaches_the_page_as_two_variables() -> None:
    markup = Template("{% load ui %}{% stylesheet %}").render(Context({"organisation": TOWN, "csp_nonce": "n0nce"}))
    assert '<style nonce="n0nce">:root{--mk-town:#0a6b3d;--mk-town-ink:#ffffff}</style>' in markup
    assert re.search(r'href="/ui/bundle/[0-9a-f]{16}\.css"', markup)


def test_a_forged_colour_does_not_reach_the_page() -> None:
    evil = SampleTown(colour="red}</style><script>")
    assert "<script>" not in Template("{% load ui %}{% stylesheet %}").render(Context({"organisation": evil}))


def test_scripts_carry_the_nonce() -> None:
    markup = Template("{% load ui %}{% scripts %}").render(Context({"csp_nonce": "n0nce"}))
    assert re.fullmatch(r'<script src="/ui/bundle/[0-9a-f]{16}\.js" defer nonce="n0nce"></script>', markup)


def test_the_language_switch_comes_back_to_this_page(rf: RequestFactory) -> None:
    markup = Template("{% load ui %}{% language_switch easy=True %}").render(
        Context({"request": rf.get("/000000/?q=a&b=<"), "csrf_token": "tok"})
    )
    assert 'name="next" value="/000000/?q=a&amp;b=%3C"' in markup
    assert 'value="tok"' in markup
    assert markup.count("<button") == 3


@pytest.mark.usefixtures("known")
def test_the_navigation_is_made_once_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = navigation.sections

    def counted(*arguments: Any) -> list[navigation.Section]:
        made.append(arguments[0])
        return real(*arguments)

    monkeypatch.setattr(navigation, "sections", counted)
    source = (
        '{% load ui %}{% navigation "work" %}|{% navigation "work" %}|{% sections "work" as found %}{{ found|length }}'
    )
    column, menu, count = Template(source).render(Context({"kept": {}})).split("|")
    assert column == menu
    assert "住民を探す" in column
    assert count == "1"
    assert made == ["work"]


@pytest.mark.usefixtures("known")
def test_a_door_without_entries_has_no_navigation() -> None:
    assert Template('{% load ui %}{% navigation "operator" %}').render(Context()) == ""
