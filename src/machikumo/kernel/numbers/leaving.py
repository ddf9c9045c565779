"""The opened numbers for the exit package (出口): the town leaves with its numbers, not with our ciphertexts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from machikumo.kernel.numbers.actions import open_all_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope


def numbers_part(scope: Scope) -> Iterator[bytes]:
    """Each number as one JSON line with its kind and its subject (a person's ``token``); every opening is recorded."""
    for one in open_all_numbers(scope, purpose="leaving", ground="exit_package"):
        yield json.dumps(one, ensure_ascii=False).encode() + b"\n"
