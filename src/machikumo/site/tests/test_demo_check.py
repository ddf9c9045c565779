"""The check of the demonstration: a step that does not hold turns it red, and the visitor sees what a browser sees."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from machikumo.site.demo import check
from machikumo.site.demo import run as demo
from machikumo.site.demo.announce import Announcer
from machikumo.site.demo.story import Verdict
from machikumo.site.demo.visitors import HttpVisitor

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = """<html><head><style>.secret {}</style><script>var hidden = 1;</script></head><body>
<p>鯖江市&amp;まちくも</p><a href="/182079/">町</a><a>no address</a><a href="/next">次</a>
<form action="/other" method="post"><input name="q" value="x"><button name="go">探さない</button></form>
<form method="post">
  <input type="hidden" name="token" value="t1"><input name="name" value="前"><input type="radio" name="sex" value="1">
  <input type="radio" name="sex" value="2" checked><input type="checkbox" name="all" value="on">
  <select name="ground"><option value="a">A</option><option value="b" selected>B</option></select>
  <button name="act" value="find">探す</button><button name="act" value="en">English</button>
</form></body></html>"""


class Town(BaseHTTPRequestHandler):
    """A page with two forms; remembers what was sent, gives a cookie, and answers /gone with 404."""

    sent: list[tuple[str, dict[str, list[str]], str]]

    def _answer(self, status: int, words: str) -> None:
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "seen=1")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:  # the name that the library looks for
        self._answer(404 if self.path == "/gone" else 200, PAGE)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).sent.append((self.path, parse_qs(body, keep_blank_values=True), self.headers.get("Cookie", "")))
        self._answer(200, "<p>angekommen</p>")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def visitor() -> Iterator[HttpVisitor]:
    Town.sent = []
    server = HTTPServer(("127.0.0.1", 0), Town)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield HttpVisitor(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_visitor_sees_the_words_and_not_what_a_page_hides(visitor: HttpVisitor) -> None:
    assert visitor.open("/") == 200
    assert "鯖江市&まちくも" in visitor.text()
    assert "hidden" not in visitor.text()
    assert "secret" not in visitor.text()
    assert visitor.links() == ["/182079/", "/next"]


def test_a_page_that_is_not_there_is_a_status_and_no_fault(visitor: HttpVisitor) -> None:
    assert visitor.open("/gone") == 404
    assert visitor.address() == "/gone"


def test_a_button_sends_its_own_form_as_a_browser_would(visitor: HttpVisitor) -> None:
    visitor.open("/here")
    visitor.press("探す", {"name": "佐藤"})
    ((path, fields, cookie),) = Town.sent
    assert path == "/here"
    assert fields == {"token": ["t1"], "name": ["佐藤"], "sex": ["2"], "ground": ["b"], "act": ["find"]}
    assert "seen=1" in cookie
    assert "angekommen" in visitor.text()


def test_a_button_is_found_by_its_value_too(visitor: HttpVisitor) -> None:
    visitor.open("/here")
    visitor.press("", value="en")
    assert Town.sent[0][1]["act"] == ["en"]


def test_a_button_that_is_not_there_is_not_pressed(visitor: HttpVisitor) -> None:
    visitor.open("/here")
    with pytest.raises(LookupError, match="交付する"):
        visitor.press("交付する")
    assert Town.sent == []


def test_a_download_gives_the_bytes(visitor: HttpVisitor) -> None:
    assert visitor.download("/") == PAGE.encode()


def test_one_step_that_fails_turns_the_whole_red_and_names_itself(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = [Verdict("1 organisations", passed=True, detail="1,790 bodies"), check.failed("4 server", "no answer")]
    assert check.told(verdicts) == 1
    assert capsys.readouterr().out.splitlines() == [
        "pass  1 organisations: 1,790 bodies",
        "FAIL  4 server: no answer",
        "demo-check: RED",
    ]


def test_when_every_step_holds_it_is_green(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.told([Verdict("1", passed=True, detail="x")]) == 0
    assert capsys.readouterr().out.endswith("demo-check: green\n")


def test_a_town_that_serves_something_else_fails_every_step_with_a_reason(
    visitor: HttpVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MACHIKUMO_BROWSER", "none")
    verdicts = check.drive(visitor.base)
    assert [verdict.passed for verdict in verdicts] == [False] * 5
    assert all(verdict.detail for verdict in verdicts)


def test_a_page_that_is_open_to_a_stranger_is_found_out(visitor: HttpVisitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_enter", lambda _visitor, _account: None)
    with pytest.raises(check.Unexpected, match="did not answer 404"):
        check.stranger(visitor)


def test_a_step_tells_its_number_its_notes_and_its_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    announcer = Announcer(2)
    with announcer.step("一つ目"):
        announcer.note("覚え")
        announcer.progress(1, 2, "rows")
    with announcer.step("二つ目"):
        pass
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[1/2] 一つ目 …"
    assert lines[1].strip() == "覚え"
    assert "seconds" in lines[2]
    assert lines[3] == "[2/2] 二つ目 …"
    assert len(lines) == 5


def test_a_port_that_is_taken_ends_the_demonstration_with_words_and_starts_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert demo._serve(Announcer(1), port) == 1
    assert f"{port} is in use" in capsys.readouterr().out
