"""One client of the soak: signs in, asks, and does not give up until it knows what became of its wish."""

from __future__ import annotations

import http.client
import json
import random
import re
import time
from collections import Counter
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from machikumo.certificates.soak.history import Paper, Wish, read_paper
from machikumo.kernel.paper import page_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ASKED = re.compile(r"/work/certificates/([0-9a-f-]{36})/")
TROUBLE = (OSError, http.client.HTTPException)
PAUSE = 0.1
LONGEST_ATTEMPT = 10  # seconds for a fetch that has no timeout of its own
FOUND, OK = 302, 200


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


class Client:
    """A browser at a desk: keeps cookies, sends forms, and meets any of the servers."""

    def __init__(self, ports: Sequence[int], *, timeout: float, seed: int) -> None:
        self.ports = ports
        self.timeout = timeout
        self.dice = random.Random(seed)  # noqa: S311 - a test's dice
        self.cookies: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    def ask(
        self,
        method: str,
        path: str,
        form: list[tuple[str, str]] | None = None,
        *,
        timeout: float = 0,
        ready: Callable[[], None] | None = None,
    ) -> Answer:
        """One answer of one server; the errors of the network come through.

        With ``ready`` a server that listens is found first, and ``ready`` is called right before the sending.
        """
        connection = self._connected(timeout or LONGEST_ATTEMPT, patient=ready is not None)
        try:
            if ready is not None:
                ready()
            return self._exchange(connection, method, path, form)
        finally:
            connection.close()

    def _connected(self, timeout: float, *, patient: bool) -> http.client.HTTPConnection:
        while True:
            connection = http.client.HTTPConnection("localhost", self.dice.choice(self.ports), timeout=timeout)
            try:
                connection.connect()
            except OSError:
                connection.close()
                if not patient:
                    raise
                time.sleep(PAUSE)
            else:
                return connection

    def _exchange(
        self, connection: http.client.HTTPConnection, method: str, path: str, form: list[tuple[str, str]] | None
    ) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self.cookies.get("machikumo_csrf", ""),
            }
            body = urlencode(form)
        connection.request(method, path, body, headers)
        answer = Answer(connection.getresponse())
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def patiently(
        self, method: str, path: str, form: list[tuple[str, str]] | None, right: Callable[[Answer], bool]
    ) -> Answer:
        """The first answer that is right, asking again through every trouble; TimeoutError after a minute."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                answer = self.ask(method, path, form)
            except TROUBLE:
                self.counts["network trouble"] += 1
            else:
                if right(answer):
                    return answer
                self.counts[f"status {answer.status}"] += 1
            time.sleep(PAUSE)
        raise TimeoutError(f"{method} {path}")

    def sign_in(self, account: str) -> None:
        """Go through the demo's door."""
        self.patiently("GET", "/demo/", None, lambda answer: answer.status == OK)
        self.patiently("POST", "/demo/sign-in/", [("account", account)], lambda answer: answer.status == FOUND)

    def fulfil(self, wish: Wish, form: list[tuple[str, str]], ready: Callable[[], None]) -> Paper:
        """The paper of the wish: asks with one key until its outcome is known, and anew when it was cancelled."""
        first: Callable[[], None] | None = ready
        for attempt in range(1, 200):
            request = self._outcome(wish, [*form, ("key", f"{wish.key}:{attempt}")], first)
            first = None
            if request:
                return self._fetch(wish, request)
            self.counts["asked anew after a cancellation"] += 1
        raise TimeoutError(f"wish {wish.key}")

    def _outcome(self, wish: Wish, form: list[tuple[str, str]], ready: Callable[[], None] | None) -> str:
        """The id of the released request, or "" when the request ended without a paper."""
        path = f"/{wish.town}/work/certificates/issue/"
        while True:
            waiting, ready = ready, None  # only the first asking waits for its twin
            try:
                answer = self.ask("POST", path, form, timeout=self.timeout, ready=waiting)
            except TROUBLE as trouble:
                self.counts["timed out" if isinstance(trouble, TimeoutError) else "network trouble"] += 1
                time.sleep(PAUSE)
                continue
            found = ASKED.search(answer.headers.get("Location", ""))
            if answer.status == FOUND and found:
                state = self._state(wish, found[1])
                if state in {"released", "delivered"}:
                    return found[1]
                if state in {"cancelled", "refused"}:
                    self.counts[state] += 1
                    return ""
            self.counts[f"issue answered {answer.status}"] += 1
            time.sleep(PAUSE)

    def _state(self, wish: Wish, request: str) -> str:
        path = f"/{wish.town}/work/certificates/{request}/state/"
        state: str = json.loads(self.patiently("GET", path, None, lambda answer: answer.status == OK).body)["state"]
        return state

    def _fetch(self, wish: Wish, request: str) -> Paper:
        """Fetch the PDF, read it, and say that it was handed over."""
        base = f"/{wish.town}/work/certificates/{request}"
        answer = self.patiently("GET", f"{base}/certificate.pdf", None, lambda one: one.status == OK)
        number, people = read_paper(page_texts(answer.body))
        self.patiently("POST", f"{base}/deliver/", [], lambda _one: self._state(wish, request) == "delivered")
        return Paper(wish.key, request, number, people)
