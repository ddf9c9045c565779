"""The bytes of files, before the rows come in: closed with the new key, whole, and not twice after a broken-off try."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import UUID

from machikumo.kernel.files import store
from machikumo.kernel.tenancy.doors import entered
from machikumo.operations.domain.package import BLOCK, PackageFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.operations.arriving.arrival import Arrival

FILES = "files/"


def bring_files(scope: Scope, arrival: Arrival, written: list[UUID], done: Callable[[int, int], None]) -> None:
    """Write every stored file of the package that is not there yet, and note its token in ``written`` before.

    PackageFault, before anything is written, when a part cannot be a stored file.
    """
    parts = [part for part in arrival.manifest.parts if part.name.startswith(FILES)]
    tokens = [_token(part.name) for part in parts]
    for number, (part, token) in enumerate(zip(parts, tokens, strict=True), 1):
        place = store.place_of(scope, token)
        if not store.is_whole(place, part.size):
            written.append(token)
            place.path.with_suffix(store.PART).unlink(missing_ok=True)  # of a program that died
            with arrival.open(part.name) as source, entered(scope):
                store.write(scope, token, iter(partial(source.read, BLOCK), b""), expected=part.size)
        done(number, len(parts))


def _token(name: str) -> UUID:
    try:
        return UUID(PurePosixPath(name).name)
    except ValueError:
        raise PackageFault(
            f"ファイルの名前が正しくありません: {name}", f"No stored file has the name {name}."
        ) from None
