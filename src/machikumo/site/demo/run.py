"""``machikumo demo``: everything from nothing to a served town, and ``--check``, which proves it."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

from machikumo.site import environment, fonts, postgres, serve, setup
from machikumo.site.demo.announce import Announcer

if TYPE_CHECKING:
    from machikumo.site.demo.story import Verdict

PORT = 8000
STEPS = 6


def run(*, check: bool, people: int, port: int = PORT) -> int:
    """Make the demonstration and serve it; with ``check`` drive it through and give 0 or 1."""
    announcer = Announcer(STEPS)
    _prepare(announcer)
    from machikumo.site.demo import story

    verdicts = []
    with announcer.step("団体とアカウントを登録しています / organisations"):
        verdicts.append(story.organisations(announcer))
    with announcer.step("二つの旧システムのファイルを作っています / two old vendors' exports"):
        made, verdict = story.exports(announcer, people)
        verdicts.append(verdict)
    with announcer.step("検査・取込・照合をしています / check, load, reconcile"):
        verdicts += story.moves_in(announcer, made)
        story.begun(announcer, people)
        story.sealed()
    if check:
        return _check(verdicts, port)
    return _serve(announcer, port)


def _prepare(announcer: Announcer) -> None:
    with announcer.step("文字の書体を確かめています / fonts"):
        try:
            announcer.note(str(fonts.ensure_name_font(environment.read().var)))
        except fonts.FontMissing as missing:
            announcer.note(missing.message_ja)
            announcer.note(missing.message_en)
    with announcer.step("データベースを準備しています / database"):
        postgres.administrator_dsn()
        setup.prepare(announcer.note)


def _serve(announcer: Announcer, port: int) -> int:
    with announcer.step("画面を起動しています / web server"):
        if _taken(port):
            announcer.note(
                f"ポート {port} は使用中です。ほかの番号を --port で指定してください / port {port} is in use"
            )
            return 1
        processes = serve.supervisor(port=port, plain=True)
        processes.start()
        if not serve.answers(f"http://localhost:{port}/health/"):
            processes.stop()
            announcer.note("画面が起動しませんでした / the web server did not start")
            return 1
    sys.stdout.write(
        f"\n  まちくも  http://localhost:{port}/\n"
        f"  練習用アカウント / demo accounts  http://localhost:{port}/demo/\n"
        "  止めるには Ctrl-C / Ctrl-C stops\n\n"
    )
    sys.stdout.flush()
    try:
        processes.watch()
    except KeyboardInterrupt:
        sys.stdout.write("\n止めています… / stopping\n")
    finally:
        processes.stop()
    return 0


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _check(verdicts: list[Verdict], port: int) -> int:
    from machikumo.site.demo import check

    chosen = _free_port() if _taken(port) else port
    processes = serve.supervisor(port=chosen, plain=True)
    processes.start()
    try:
        address = f"http://localhost:{chosen}"
        if serve.answers(f"{address}/health/"):
            verdicts += check.drive(address)
        else:
            verdicts.append(check.failed("4 server サーバー", "it did not answer"))
    finally:
        processes.stop()
    return check.told(verdicts)
