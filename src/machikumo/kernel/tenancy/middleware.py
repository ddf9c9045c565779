"""Turns our errors into pages in the reader's language; tells nothing about other organisations."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.shortcuts import render

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)
SERVER_FAULT = 500


class ErrorPages:
    """Shows a MachikumoError as a page with its status and its message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of our own errors; a fault of the program shows the plain 500 page and is logged."""
        if not isinstance(exception, MachikumoError) or exception.status >= SERVER_FAULT:
            return None
        return render(request, "ui/error.html", {"error": exception}, status=exception.status)
