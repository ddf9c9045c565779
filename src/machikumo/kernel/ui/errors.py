"""Error pages in both languages that tell what to do and reveal nothing of any town."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.ui.language import ENGLISH, active

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error page says, without a word about the cause inside."""

    status: int
    message_ja: str
    message_en: str
    title_ja: str
    title_en: str


FAULTS = {
    fault.status: fault
    for fault in (
        Fault(
            400,
            "送られた内容を読み取れませんでした。前のページに戻り、もう一度お試しください。",
            "We could not read what was sent. Please go back and try again.",
            "内容を読み取れません",
            "Bad request",
        ),
        Fault(
            403,
            "このページを開く権限がありません。必要なときは、所属の情報政策担当に確認してください。",
            "You may not open this page. If you need it, please ask your information-policy officer.",
            "権限がありません",
            "Not permitted",
        ),
        Fault(
            404,
            "アドレスが正しいか確認してください。ページが移されたか、なくなった可能性があります。",
            "Please check the address. The page may have moved or gone.",
            "ページが見つかりません",
            "Page not found",
        ),
        Fault(
            409,
            "ほかの人が先に変更しました。何も失われていません。前のページを開き直して、もう一度お試しください。",
            "Somebody else changed this first. Nothing was lost: open the page again and repeat your change.",
            "先に変更されています",
            "Changed by somebody else",
        ),
        Fault(
            413,
            "ファイルが大きすぎます。小さく分けて送ってください。",
            "The file is too large. Please send it in smaller parts.",
            "ファイルが大きすぎます",
            "File too large",
        ),
        Fault(
            429,
            "短い時間に多くの操作がありました。しばらく待ってから、もう一度お試しください。",
            "Too many requests in a short time. Please wait a little and try again.",
            "しばらくお待ちください",
            "Please wait",
        ),
        Fault(
            500,
            "システムに問題が起きました。入力した内容が保存されていないことがあります。しばらくしてからお試しください。",
            "Something went wrong on our side. What you entered may not be saved. Please try again later.",
            "システムの問題です",
            "Something went wrong",
        ),
        Fault(
            503,
            "ただいまシステムの点検中です。しばらくしてから、もう一度お開きください。",
            "The system is under maintenance. Please come back a little later.",
            "点検中です",
            "Under maintenance",
        ),
    )
}
EXPIRED = Fault(
    403,
    "ページを開いてから時間がたったか、Cookie が使えません。前のページを開き直して、もう一度お試しください。",
    "The page was open for too long, or cookies are off. Please open the previous page again and repeat.",
    "もう一度お試しください",
    "Please try again",
)


def fault_of(status: int) -> Fault:
    """What the page of that status says; an unlisted one says what its class says."""
    return FAULTS.get(status) or FAULTS[500 if status >= FAULTS[500].status else 400]


def page_of(request: HttpRequest, error: Any, fault: Fault | None) -> HttpResponse:
    """The error page, made without asking who is here or for which town: the same for all, without a database."""
    facts = {
        "error": error,
        "fault": fault,
        "html_language": "en" if active() == ENGLISH else "ja",
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "csrf_token": get_token(request),
        "request": request,
    }
    return HttpResponse(render_to_string("ui/error.html", facts), status=error.status)


def show(request: HttpRequest, fault: Fault) -> HttpResponse:
    """The page of a fault that has a page of its own."""
    return page_of(request, fault, fault)


class ErrorPages:
    """Shows one of our errors as a page with its status and message; a fault of the program goes to the 500 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of one of our errors; None for any other exception and for our own faults of the program."""
        if not isinstance(exception, MachikumoError) or exception.status == FAULTS[500].status:
            return None
        if exception.status == FAULTS[404].status:
            return show(request, FAULTS[404])
        return page_of(request, exception, FAULTS.get(exception.status))


def handler400(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Bad request."""
    return show(request, FAULTS[400])


def handler403(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Not permitted."""
    return show(request, FAULTS[403])


def handler404(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Not found: the same answer for what is not there and for what is another town's."""
    return show(request, FAULTS[404])


def handler500(request: HttpRequest) -> HttpResponse:
    """A fault of the program; plain words when even the page cannot be made."""
    fault = FAULTS[500]
    try:
        return show(request, fault)
    except Exception:
        logger.exception("the error page failed")
        words = f"{fault.message_ja}\n{fault.message_en}\n"
        return HttpResponse(words, status=fault.status, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form without its token, mostly a page left open for long."""
    return show(request, EXPIRED)


def maintenance(request: HttpRequest) -> HttpResponse:
    """The page during maintenance, asking to come back in ten minutes."""
    response = show(request, FAULTS[503])
    response.headers["Retry-After"] = "600"
    return response
