import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from machikumo.kernel.errors import Conflict, Forbidden, MachikumoError, NotFound
from machikumo.kernel.ui import errors, gallery
from machikumo.kernel.ui.bundle import made
from machikumo.kernel.ui.errors import FAULTS, ErrorPages, fault_of
from machikumo.kernel.ui.language import COOKIE
from machikumo.kernel.ui.samples import SampleTown

TOWN = SampleTown()


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    yield
    translation.deactivate()


def body(response: Any) -> str:
    return response.content.decode()


@pytest.mark.parametrize(("kind", "media"), [("css", "text/css"), ("js", "text/javascript")])
def test_a_bundle_is_kept_for_good(client: Client, kind: str, media: Any) -> None:
    answer = client.get(f"/ui/bundle/{made(kind).digest}.{kind}")
    assert answer.content == made(kind).content
    assert answer.headers["Content-Type"].startswith(media)
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_bundle_is_compressed_for_those_who_can_read_it(client: Client) -> None:
    answer = client.get(f"/ui/bundle/{made('css').digest}.css", headers={"accept-encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == made("css").content
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_an_old_address_gets_the_present_bundle_and_does_not_keep_it(client: Client) -> None:
    answer = client.get("/ui/bundle/0123456789abcdef.css")
    assert answer.content == made("css").content
    assert answer.headers["Cache-Control"] == "no-cache"


def test_there_is_no_other_kind_of_bundle(client: Client) -> None:
    assert client.get("/ui/bundle/0123456789abcdef.py").status_code == 404


@pytest.mark.parametrize("language", ["ja", "en", "easy"])
def test_a_chosen_language_is_kept_in_a_cookie(client: Client, language: str) -> None:
    answer = client.post("/ui/language/", {"language": language, "next": "/ui/pages/resident/?a=1"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/ui/pages/resident/?a=1"
    assert answer.cookies[COOKIE].value == language
    assert answer.cookies[COOKIE]["httponly"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil"])
def test_the_way_back_never_leaves_the_site(client: Client, target: Any) -> None:
    answer = client.post("/ui/language/", {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    assert COOKIE not in client.post("/ui/language/", {"language": "tlh"}).cookies


def test_the_language_is_never_changed_by_a_link(client: Client) -> None:
    assert client.get("/ui/language/").status_code == 405


def test_the_page_speaks_the_chosen_language(client: Client) -> None:
    client.cookies[COOKIE] = "en"
    english = body(client.get("/ui/"))
    assert '<html lang="en">' in english
    assert "Parts of the pages" in english
    client.cookies[COOKIE] = "easy"
    assert "みほんちょうの てつづき" in body(client.get("/ui/pages/resident/"))


@pytest.mark.parametrize(
    "example", [example for _, _, group in gallery.GROUPS for example in group], ids=lambda e: e.key
)
def test_every_part_is_shown_with_its_code(client: Client, example: Any) -> None:
    page = body(client.get("/ui/"))
    assert f'id="{example.key}"' in page
    assert "{% load ui %}" not in example.code
    assert example.code
    assert example.title in page


def test_every_tag_is_on_the_component_page_or_in_a_frame() -> None:
    from machikumo.kernel.ui.templatetags.ui import register

    shown = "".join(path.read_text("utf-8") for path in (gallery_folder()).rglob("*.html"))
    missing = [name for name in register.tags if f"{{% {name}" not in shown]
    assert missing == []


def gallery_folder() -> Path:
    return Path(gallery.__file__).parent / "templates" / "ui"


@pytest.mark.parametrize("key", sorted(set(gallery.PAGES) - {"error", "maintenance"}))
def test_a_sample_page_shows_the_town_and_that_it_is_training(client: Client, key: str) -> None:
    answer = client.get(f"/ui/pages/{key}/")
    page = body(answer)
    assert answer.status_code == 200
    assert "見本町" in page
    assert "練習環境" in page
    assert page.count("<h1>") == 1
    assert f"<title>{re.search('<h1>(.*?)</h1>', page)[1]} | 見本町 | まちくも</title>" in page


def test_a_page_never_needs_inline_style_or_script(client: Client) -> None:
    answer = client.get("/ui/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    page = body(answer)
    assert page.count(f'nonce="{nonce}"') == len(re.findall(r"<(?:script|style)\b", page))
    assert not re.search(r"\sstyle=|\son\w+=\"", page)


def test_forms_of_htmx_carry_the_csrf_token(client: Client) -> None:
    assert re.search(r"hx-headers:inherited='\{\"X-CSRFToken\": \"\w{64}\"\}'", body(client.get("/ui/pages/list/")))


def test_the_search_of_the_header_goes_to_the_towns_search(client: Client) -> None:
    assert 'name="q"' in body(client.get("/ui/pages/list/"))


def test_a_page_that_is_no_sample_is_not_found(client: Client) -> None:
    assert client.get("/ui/pages/nowhere/").status_code == 404


def test_maintenance_asks_to_come_back(client: Client) -> None:
    answer = client.get("/ui/pages/maintenance/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "600"


# Errors


def broken(rf: RequestFactory) -> HttpRequest:
    """A request within a town whose error page must not tell of it."""
    request = rf.get("/000000/work/residents/17/")
    request.organisation = TOWN
    request.person_name = "見本　職員"
    return request


@pytest.mark.parametrize("status", sorted(FAULTS))
def test_an_error_page_speaks_both_languages_and_names_no_town(rf: RequestFactory, status: int) -> None:
    answer = errors.show(broken(rf), FAULTS[status])
    page = body(answer)
    assert answer.status_code == status
    assert FAULTS[status].message_ja in page
    assert FAULTS[status].message_en.replace("'", "&#x27;") in page
    for secret in ("見本町", "Sample Town", "見本　職員", "/17/", "練習環境"):
        assert secret not in re.sub(r'name="next" value="[^"]*"', "", page)


@pytest.mark.parametrize(
    ("handler", "status"),
    [(errors.handler400, 400), (errors.handler403, 403), (errors.handler404, 404)],
)
def test_djangos_own_errors_have_our_pages(rf: RequestFactory, handler: Any, status: int) -> None:
    assert handler(broken(rf), Http404("secret detail")).status_code == status
    assert "secret detail" not in body(handler(broken(rf), Http404("secret detail")))


def test_a_fault_of_the_program_has_its_page_without_a_database(rf: RequestFactory) -> None:
    answer = errors.handler500(broken(rf))
    assert answer.status_code == 500
    assert "システムの問題です" in body(answer)


def test_when_even_the_page_fails_plain_words_remain(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_keywords: Any) -> NoReturn:
        raise RuntimeError("no templates")

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.handler500(broken(rf))
    assert answer.status_code == 500
    assert "システムに問題が起きました" in body(answer)
    assert "Something went wrong" in body(answer)


def test_a_form_left_open_for_long_says_so(rf: RequestFactory) -> None:
    answer = errors.csrf_failure(broken(rf), "CSRF cookie not set.")
    assert answer.status_code == 403
    assert "前のページを開き直して" in body(answer)
    assert "cookie not set" not in body(answer)


def test_an_unlisted_status_says_what_its_class_says() -> None:
    assert fault_of(418) is FAULTS[400]
    assert fault_of(507) is FAULTS[500]
    assert fault_of(409) is FAULTS[409]


def processed(rf: RequestFactory, error: Any) -> HttpResponse | None:
    return ErrorPages(lambda _request: HttpResponse()).process_exception(broken(rf), error)


@pytest.mark.parametrize("error", [Forbidden("権限がありません。", "Not allowed."), Conflict("先に変更。", "Changed.")])
def test_our_errors_become_pages_with_their_own_words(rf: RequestFactory, error: Any) -> None:
    answer = processed(rf, error)
    assert answer.status_code == error.status
    assert error.message_ja in body(answer)
    assert error.message_en in body(answer)


def test_what_is_not_there_and_what_is_another_towns_look_alike(rf: RequestFactory) -> None:
    detailed = processed(rf, NotFound("見本町の17番はありません。", "No 17 in Sample Town."))
    assert "17番" not in body(detailed)
    strip = re.compile(r'value="\w{64}"|"X-CSRFToken": "\w{64}"')
    assert strip.sub("", body(detailed)) == strip.sub("", body(errors.handler404(broken(rf))))


def test_a_fault_of_the_program_is_left_to_the_page_500(rf: RequestFactory) -> None:
    class Broken(MachikumoError):
        status = 500

    assert processed(rf, Broken("内部の問題", "inner detail")) is None
    assert processed(rf, ValueError("x")) is None


def test_a_service_that_is_away_says_so_in_its_own_words(rf: RequestFactory) -> None:
    class Away(MachikumoError):
        status = 503

    assert "少しお待ちください" in body(processed(rf, Away("少しお待ちください。", "Please wait.")))


def test_a_request_passes_when_nothing_is_wrong(rf: RequestFactory) -> None:
    assert ErrorPages(lambda _request: HttpResponse(b"fine"))(broken(rf)).content == b"fine"
