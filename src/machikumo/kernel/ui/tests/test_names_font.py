"""Rare characters of a page get a font of their own; ordinary pages stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse

from machikumo.kernel.characters import find_ipamj
from machikumo.kernel.ui.names_font import NamesFont, rare_characters

if TYPE_CHECKING:
    from django.test import Client, RequestFactory

PAGE = "<html><head><title>x</title></head><body>{}</body></html>"


@pytest.fixture
def font() -> None:
    if find_ipamj() is None:
        pytest.skip("IPAmj Mincho is missing: apt-get install fonts-ipamj-mincho")


def served(rf: RequestFactory, body: str, kind: str = "text/html") -> str:
    return NamesFont(lambda _request: HttpResponse(PAGE.format(body), content_type=kind))(rf.get("/")).content.decode()


def test_only_what_an_ordinary_font_lacks_is_rare() -> None:
    assert rare_characters("佐藤　花子 髙橋 Smith") == []
    assert rare_characters("葛󠄂城　𠮷野") == ["葛󠄂", "𠮷"]


def test_an_ordinary_page_is_left_alone(rf: RequestFactory) -> None:
    assert served(rf, "佐藤　花子") == PAGE.format("佐藤　花子")


def test_what_is_not_a_page_is_left_alone(rf: RequestFactory) -> None:
    assert served(rf, "𠮷野", "text/csv") == PAGE.format("𠮷野")


@pytest.mark.usefixtures("font")
def test_the_font_of_a_page_holds_its_characters(rf: RequestFactory, client: Client, database: str) -> None:
    assert database
    page = served(rf, "葛󠄂城　𠮷野")
    assert "U+E0102" in page
    address = re.search(r'src:url\("([^"]+)"\)', page)
    assert address is not None
    assert "葛" not in address[1]
    answer = client.get(address[1])
    assert answer.status_code == 200
    assert answer["Content-Type"] in {"font/woff", "font/woff2"}
    assert answer.content[:4] in {b"wOFF", b"wOF2"}


def test_a_digest_that_no_page_named_is_not_found(client: Client, database: str) -> None:
    assert database
    assert client.get(f"/ui/names/{'0' * 32}.font").status_code == 404
