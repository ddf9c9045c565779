"""The cost of names, dates and numbers: search keys, era dates, and the vault, in processor time a record.

Bars are read through the yardstick. The limit beside ours is one NFKC normalisation of the same texts, the least that
any comparison of names must do. ``--numbers`` says how many numbers go into the vault.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ["MACHIKUMO_DATABASE"] = "machikumo_bench_numbers"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")

import yardstick
from reporting import Claim, publish

from machikumo.site import postgres, setup

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

ROUNDS, EACH = 7, 5_000
NAMES = ("佐藤　太郎", "髙﨑　花子", "渡邉\U000e010f　佐々木", "鈴木　一郎", "田中　美咲")
KANA = ("サトウ　タロウ", "タカサキ　ハナコ", "ワタナベ　ショーイチ", "スズキ　イチロウ", "タナカ　ミサキ")
ADDRESSES = ("本町三丁目２番地５号", "西山町13-1", "桜町2番5号コーポ桜１０１", "大字仲原１２３番地の４", "東町1-2-3")
DATES = ("昭和45年12月31日", "平成元年1月8日", "令和6年5月1日", "S45.12.31", "R6.5.1")


def microseconds(work: Callable[[str], object], texts: tuple[str, ...]) -> float:
    """The least processor time of one call over a few rounds."""
    texts_of_a_round = texts * (EACH // len(texts))

    def once() -> float:
        start = time.process_time()
        for text in texts_of_a_round:
            work(text)
        return (time.process_time() - start) / len(texts_of_a_round) * 1e6

    return min(once() for _ in range(ROUNDS))


def key_claims(factor: yardstick.Factor) -> list[Claim]:
    """Keys of names and addresses, and reading of dates, each at most ten microseconds."""
    from machikumo.kernel.text import address_key, kana_key, name_keys
    from machikumo.kernel.wareki import parse_coded
    from machikumo.kernel.wareki.written import parse

    kana_of = dict(zip(NAMES, KANA, strict=True))
    works: tuple[tuple[str, Callable[[str], object], tuple[str, ...]], ...] = (
        ("all keys of a name with its kana", lambda name: name_keys(name, kana=kana_of[name]), NAMES),
        ("key of a kana name", kana_key, KANA),
        ("key of an address", address_key, ADDRESSES),
        ("a written era date, never seen before", parse.__wrapped__, DATES),
        ("a coded era date", parse_coded, ("3451231", "4010108", "5060501")),
    )
    return [_key_claim(name, work, texts, factor) for name, work, texts in works]


def _key_claim(name: str, work: Callable[[str], object], texts: tuple[str, ...], factor: yardstick.Factor) -> Claim:
    ours = microseconds(work, texts)
    limit = microseconds(lambda text: unicodedata.normalize("NFKC", text), texts)
    bar = factor.bar(10.0)
    return Claim(f"µs CPU: {name}", ours, limit, ours / limit, f"≤ {bar:.1f}", ours <= bar)


def vault_claims(scope: Scope, count: int, factor: yardstick.Factor) -> list[Claim]:
    """Numbers stored and found; processor time, ours and the server's together."""
    from django.db import connection

    from machikumo.kernel.numbers import actions
    from machikumo.kernel.numbers.domain import NumberKind, training_number

    kind, start = NumberKind.INDIVIDUAL, secrets.randbelow(10**10)
    pairs = [(secrets.token_hex(16), training_number(kind, start + seed)) for seed in range(count)]
    connection.ensure_connection()
    own, theirs = time.process_time(), yardstick.server_seconds(connection.connection)
    actions.store_numbers(scope, kind=kind, pairs=pairs)
    seconds = time.process_time() - own + yardstick.server_seconds(connection.connection) - theirs
    stored = count / seconds
    bar = 20_000 / max(1.0, factor.cpu)
    some = tuple(number for _, number in pairs[:500])
    found = microseconds(lambda number: actions.find_by_number(scope, kind=kind, number=number, ground="bench"), some)
    return [
        Claim("numbers stored a second of CPU", stored, "", "", f"≥ {bar:,.0f}", stored >= bar),
        Claim(
            "ms CPU: a number found, with its ledger row",
            found / 1000,
            "",
            "",
            f"≤ {factor.bar(5):.1f}",
            found <= factor.bar(5_000),
        ),
    ]


def bench_scope() -> Scope:
    """A scope within the bench's organisation."""
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

    code = f"bench-{secrets.token_hex(4)}"
    facts = {"kind": "municipality", "name": code, "is_active": True, "mode": "training"}
    town = Organisation.objects.using("migration").create(code=code, **facts)
    return Scope(town.pk, town.code, "account:1", "desk_clerk", permissions=frozenset({"number.enter"}), training=True)


def main() -> int:
    """Measure and publish."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--numbers", type=int, default=100_000)
    chosen = options.parse_args()
    postgres.administrator_dsn()
    setup.prepare(lambda _line: None)
    factor = yardstick.measure()
    claims = [*key_claims(factor), *vault_claims(bench_scope(), chosen.numbers, factor)]
    return publish("names_and_numbers", claims, numbers=chosen.numbers, yardstick=factor.cpu)


if __name__ == "__main__":
    sys.exit(main())
