"""An upload beyond the limit is refused before it is read, in words that name the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from machikumo.kernel.ui.uploads import MEGABYTE, UploadLimit

if TYPE_CHECKING:
    from django.http import HttpRequest
    from pytest_django.fixtures import SettingsWrapper


def passed(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("received")


def answer(length: str) -> HttpResponse:
    return UploadLimit(passed)(RequestFactory().post("/", data=b"", content_type="text/csv", CONTENT_LENGTH=length))


def test_what_is_within_the_limit_goes_through(settings: SettingsWrapper) -> None:
    settings.UPLOAD_MEGABYTES = 2
    for length in ("", "0", str(2 * MEGABYTE), "many"):
        assert answer(length).content == b"received"


def test_what_is_beyond_the_limit_is_refused_in_words(settings: SettingsWrapper) -> None:
    settings.UPLOAD_MEGABYTES = 2
    refused = answer(str(2 * MEGABYTE + 1))
    words = refused.content.decode()
    assert refused.status_code == 413
    assert "ファイルが大きすぎます（3 MB）" in words
    assert "2 MB まで" in words


@pytest.mark.parametrize("limit", [1, 4096])
def test_the_limit_is_a_setting(settings: SettingsWrapper, limit: int) -> None:
    settings.UPLOAD_MEGABYTES = limit
    assert answer(str(limit * MEGABYTE)).status_code == 200
    assert answer(str(limit * MEGABYTE + 1)).status_code == 413
