"""The opened numbers for the exit package (出口): the town leaves with its numbers, not with our ciphertexts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from machikumo.kernel.numbers.actions import open_all_numbers, store_numbers
from machikumo.kernel.numbers.storing import batched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

PART, BATCH = "numbers/numbers.jsonl", 20_000


def numbers_part(scope: Scope) -> Iterator[bytes]:
    """Each number as one JSON line with its kind and its subject (a person's ``token``); every opening is recorded."""
    for one in open_all_numbers(scope, purpose="leaving", ground="exit_package"):
        yield json.dumps(one, ensure_ascii=False).encode() + b"\n"


def take_numbers(scope: Scope, arrival: Any) -> int:
    """Keep the opened numbers of a package under the keys of this installation; gives how many.

    Raises NumbersRefused or NumberTaken for the first that is not to be kept here (a test number in life, say).
    """
    taken = 0
    for batch in batched(arrival.lines(PART), BATCH):
        pairs: dict[str, list[tuple[str, str]]] = {}
        for line in batch:
            one = json.loads(line)
            pairs.setdefault(one["kind"], []).append((one["subject"], one["number"]))
        for kind, some in pairs.items():
            taken += store_numbers(scope, kind=kind, pairs=some, ground="exit_package").new
    return taken
