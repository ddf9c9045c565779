"""The end of a session at a shared desk, and the way to a second factor where one is demanded."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect

from machikumo.kernel.tenancy.edge import to_sign_in
from machikumo.kernel.ui.language import t, words
from machikumo.organisations import sessions
from machikumo.organisations.domain.idle import DEFAULT_MINUTES, is_over, needs_note
from machikumo.organisations.scopes import IDLE_IN_SESSION, FirstPasswordInUse, SecondFactorMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

SEEN = "machikumo_seen_at"


class SharedDesk:
    """Signs out whoever has not asked for anything for as many minutes as the role allows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End the session when its time is over; else note that it was seen, at most twice a minute."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = time.time()
        seen = request.session.get(SEEN, now)
        minutes = request.session.get(IDLE_IN_SESSION, DEFAULT_MINUTES)
        if is_over(seen, now, minutes):
            return _end(request)
        if SEEN not in request.session or needs_note(seen, now):
            request.session[SEEN] = now
        request.idle_minutes = minutes  # type: ignore[attr-defined]  # the frame warns before the time is over
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead to the page where a password is chosen or a second factor set up; every other error goes on."""
        if not isinstance(exception, FirstPasswordInUse | SecondFactorMissing):
            return None
        messages.warning(request, words(exception))
        return redirect("mfa_index" if isinstance(exception, SecondFactorMissing) else "account_change_password")


def _end(request: HttpRequest) -> HttpResponse:
    sessions.note_end(request, "session.expired")
    logout(request)
    messages.info(
        request,
        t(
            "しばらく操作がなかったため、サインアウトしました。続けるにはもう一度サインインしてください。",
            "You were signed out because nothing was done for a while. Sign in again to go on.",
        ),
    )
    return to_sign_in(request)
