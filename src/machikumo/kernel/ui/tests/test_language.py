from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from machikumo.kernel.errors import Conflict
from machikumo.kernel.ui import language
from machikumo.kernel.ui.language import LanguageMiddleware, activate, active, choose, of_request, t, words


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    activate("ja")
    yield
    translation.deactivate()


def shown(source: str, **facts: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(facts))


@pytest.mark.parametrize(("code", "expected"), [("ja", "転入"), ("en", "Move in"), ("easy", "ひっこし")])
def test_the_reader_chooses_among_three_languages(code: str, expected: Any) -> None:
    activate(code)
    assert active() == code
    assert choose("転入", "Move in", "ひっこし") == expected


def test_without_easy_words_the_japanese_ones_stand() -> None:
    activate("easy")
    assert choose("転入", "Move in") == "転入"


def test_without_english_words_the_japanese_ones_stand() -> None:
    activate("en")
    assert choose("鯖江市", "") == "鯖江市"


def test_an_unknown_language_is_japanese() -> None:
    activate("tlh")
    assert active() == "ja"


def test_a_lazy_text_follows_the_reader_who_reads_it() -> None:
    label = t("氏名", "Name")
    assert str(label) == "氏名"
    activate("en")
    assert str(label) == "Name"


def test_an_error_speaks_the_readers_language() -> None:
    error = Conflict("先に変更されています。", "Changed by somebody else.")
    assert words(error) == "先に変更されています。"
    activate("en")
    assert words(error) == "Changed by somebody else."
    assert words(("はい", "Yes")) == "Yes"
    assert words("そのまま") == "そのまま"


def test_a_template_says_its_words_in_the_language() -> None:
    assert shown('{% t "保存しました" "Saved" %}') == "保存しました"
    activate("en")
    assert shown('{% t "保存しました" "Saved" %}') == "Saved"
    activate("easy")
    assert shown('{% t ja="転入" en="Move in" easy="ひっこし" %}') == "ひっこし"


def test_values_in_words_are_escaped_and_our_own_markup_is_not() -> None:
    markup = shown('{% t "<b>{name}</b>さん" "<b>{name}</b>" name=name %}', name="<script>")
    assert markup == "<b>&lt;script&gt;</b>さん"


def test_words_from_a_variable_are_escaped() -> None:
    assert shown("{% t ja en %}", ja="<i>", en="<i>") == "&lt;i&gt;"


def test_words_from_a_variable_with_values_are_escaped_too() -> None:
    assert shown("{% t ja en n=n %}", ja="<i>{n}", en="<i>{n}", n="<b>") == "&lt;i&gt;&lt;b&gt;"


def test_words_can_be_kept_for_later() -> None:
    assert shown('{% t "はい" "Yes" as answer %}[{{ answer }}]') == "[はい]"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [("", "ja"), ("en-GB,en;q=0.9,ja;q=0.5", "en"), ("ja,en;q=0.5", "ja"), ("fr-FR,fr", "ja"), ("fr,en", "en")],
)
def test_the_browser_is_asked_when_nothing_was_chosen(rf: RequestFactory, wish: str, expected: Any) -> None:
    assert of_request(rf.get("/", headers={"accept-language": wish})) == expected


def test_a_choice_is_stronger_than_the_browser(rf: RequestFactory) -> None:
    request = rf.get("/", headers={"accept-language": "en"})
    request.COOKIES[language.COOKIE] = "easy"
    assert of_request(request) == "easy"


def test_a_forged_cookie_is_ignored(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES[language.COOKIE] = "<script>"
    assert of_request(request) == "ja"


def test_the_answer_names_its_language(rf: RequestFactory) -> None:
    from django.http import HttpResponse

    middleware = LanguageMiddleware(lambda request: HttpResponse(request.LANGUAGE_CODE))
    answer = middleware(rf.get("/", headers={"accept-language": "en"}))
    assert answer.content == b"en"
    assert answer.headers["Content-Language"] == "en"
    assert "Cookie" in answer.headers["Vary"]
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_next_reader_does_not_get_the_last_readers_language(rf: RequestFactory) -> None:
    from django.http import HttpResponse

    middleware = LanguageMiddleware(lambda _request: HttpResponse(active()))
    middleware(rf.get("/", headers={"accept-language": "en"}))
    assert middleware(rf.get("/")).content == b"ja"
