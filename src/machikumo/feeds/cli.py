"""``python -m machikumo feed …``: open a feed, hand files in, apply them, and tell how fresh the register is."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

CHUNK = 1 << 20
GAP = 3  # exit code while a file is missing


def register(commands: Any) -> None:
    """Add ``machikumo feed …``."""
    room = commands.add_parser("feed", help="差分連携 / daily difference files keep the register fresh")
    verbs = room.add_subparsers(dest="verb", metavar="verb", required=True)
    opening = _verb(verbs, "open", "差分連携を作る / describe a feed", _open)
    opening.add_argument("key", help="差分連携のキー / key of the feed")
    opening.add_argument("--name", required=True, help="名称 / name")
    opening.add_argument(
        "--mapping", default="", help="対応表のキー（なければ標準レイアウト） / mapping, else standard rows"
    )
    opening.add_argument("--pattern", required=True, help="ファイル名の型 / such as SABUN_{code}_{date}_{sequence}.csv")
    opening.add_argument("--order", choices=["number", "day"], default="number", help="並び / what orders the files")
    opening.add_argument("--code-in-files", default="", help="ファイルの団体コード / municipality code in the files")
    opening.add_argument("--first", type=int, default=1, help="最初の番号 / first number (1)")
    opening.add_argument("--as-of", type=date.fromisoformat, help="台帳の基準日 / the register holds data up to")
    opening.add_argument("--header", default="", help="先頭の制御レコード / such as H,{code},{date},{sequence}")
    opening.add_argument("--trailer", default="", help="末尾の制御レコード / such as T,{rows}")
    receiving = _verb(verbs, "receive", "受け取って反映する / take files in and apply them", _receive)
    receiving.add_argument("key", help="差分連携のキー / key of the feed")
    receiving.add_argument("files", nargs="+", type=Path, help="ファイル / the files")
    receiving.add_argument("--keep", action="store_true", help="反映しない / take in only, apply later")
    state = _verb(verbs, "state", "鮮度と欠けているファイルを見る / freshness and missing files", _state)
    state.add_argument("key", nargs="?", help="差分連携のキー（省くとすべて） / one feed only")


def _verb(verbs: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    verb.add_argument("code", help="団体コード / the organisation")
    verb.set_defaults(run=partial(_guarded, run), needs_django=True)
    return verb


def _guarded(run: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    """Run a verb; what goes wrong is said in both languages and gives exit code 1."""
    from machikumo.kernel.errors import MachikumoError

    try:
        return run(chosen)
    except MachikumoError as error:
        sys.stderr.write(f"{error.message_ja}\n{error.message_en}\n")
    except OSError as error:
        sys.stderr.write(f"ファイルを扱えません: {error}\nthe file cannot be used: {error}\n")
    return 1


def _scope(code: str) -> Scope:
    from machikumo.organisations.queries import organisation
    from machikumo.organisations.registration import command_scope

    return command_scope(organisation(code), purpose="daily_feed")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _open(chosen: argparse.Namespace) -> int:
    from machikumo.feeds.actions.describing import Description, open_feed
    from machikumo.feeds.domain.envelope import Control
    from machikumo.feeds.domain.sequence import Order

    described = Description(
        name=chosen.name,
        mapping_key=chosen.mapping,
        pattern=chosen.pattern,
        codes=(chosen.code_in_files,) if chosen.code_in_files else (),
        order=Order(chosen.order),
        control=Control(chosen.header, chosen.trailer),
    )
    scope = _scope(chosen.code)
    feed = open_feed(scope, key=chosen.key, description=described, first_number=chosen.first, as_of=chosen.as_of)
    _say(f"差分連携「{feed.key}」を作りました / the feed {feed.key} is made")
    return 0


def _receive(chosen: argparse.Namespace) -> int:
    """Take the files in one by one and apply what is due; 1 when one was refused, 3 while one is missing."""
    from machikumo.feeds import queries
    from machikumo.feeds.actions.receiving import receive
    from machikumo.feeds.models import Via
    from machikumo.feeds.words import REMEDIES, VERDICTS
    from machikumo.feeds.working import apply_waiting
    from machikumo.kernel.tenancy.doors import entered

    scope, refused = _scope(chosen.code), 0
    with entered(scope):
        feed = queries.feed_by_key(scope, chosen.key)
    for path in chosen.files:
        with path.open("rb") as stream:
            chunks = iter(partial(stream.read, CHUNK), b"")
            arrival = receive(scope, feed_id=feed.pk, name=path.name, chunks=chunks, via=Via.COMMAND)
        refused += arrival.verdict not in {"taken", "repeated"}
        _say(f"{path.name}: {VERDICTS[arrival.verdict]} {REMEDIES.get(arrival.verdict, '')}{_when(arrival)}".rstrip())
        if not chosen.keep:
            for file in apply_waiting(scope, feed.pk):
                _say(f"  {file.name}: {file.get_state_display()} {file.applied:,} 行 / {file.left_out:,} 行を残した")
    gap = _tell(scope, chosen.key)
    return 1 if refused else GAP if gap else 0


def _when(arrival: Any) -> str:
    file = arrival.file
    if arrival.verdict != "repeated" or file is None or file.applied_at is None:
        return ""
    return f" （反映 / applied {file.applied_at:%Y-%m-%d %H:%M} UTC）"


def _state(chosen: argparse.Namespace) -> int:
    from machikumo.feeds import queries
    from machikumo.kernel.tenancy.doors import entered

    scope = _scope(chosen.code)
    with entered(scope):
        keys = [chosen.key] if chosen.key else [feed.key for feed in queries.feeds(scope)]
    gaps = [_tell(scope, key) for key in keys]
    return GAP if any(gaps) else 0


def _tell(scope: Scope, key: str) -> bool:
    """Say how fresh the register is by a feed, and each missing file by name; whether there is one."""
    from machikumo.feeds import queries
    from machikumo.feeds.freshness import freshness_of
    from machikumo.kernel.tenancy.doors import entered

    with entered(scope):
        feed = queries.feed_by_key(scope, key)
        found, missing = freshness_of(feed), queries.missing_files(scope, feed)
    _say(f"{feed.key}: {found.as_of or '—'} 時点 / as of · {found.level.value} · {found.behind} 回分遅れ / behind")
    for gap in missing:
        _say(f"  欠けています / missing: {gap.name}")
    return bool(missing)
