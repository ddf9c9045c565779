"""The largest upload: refused by its announced length, before anything of it is read, in words that name the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.ui.errors import FAULTS, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

MEGABYTE = 1 << 20
TOO_LARGE = 413


class UploadTooLarge(MachikumoError):
    """More was announced than may be uploaded."""

    status = TOO_LARGE

    def __init__(self, announced: int, megabytes: int) -> None:
        size = -(-announced // MEGABYTE)
        super().__init__(
            f"ファイルが大きすぎます（{size:,} MB）。送れるのは {megabytes:,} MB までです。"
            "分けて送るか、運用担当に上限の変更を相談してください。",
            f"The file is too large ({size:,} MB): at most {megabytes:,} MB can be sent. Send it in parts, or ask "
            "operations to raise the limit.",
        )


class UploadLimit:
    """Refuses a request whose body is longer than UPLOAD_MEGABYTES."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, or say how much is too much."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        announced = int(length) if length.isdecimal() else 0
        if announced > settings.UPLOAD_MEGABYTES * MEGABYTE:
            return page_of(request, UploadTooLarge(announced, settings.UPLOAD_MEGABYTES), FAULTS[TOO_LARGE])
        return self.get_response(request)
