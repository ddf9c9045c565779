"""One package into one town: looked at as a whole, files first, then everything else at once."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings

from machikumo.kernel.errors import Conflict
from machikumo.kernel.files import store
from machikumo.kernel.tenancy.doors import entered
from machikumo.operations import actions
from machikumo.operations.arriving import checks
from machikumo.operations.arriving.arrival import Arrival
from machikumo.operations.arriving.files import bring_files
from machikumo.operations.arriving.scratch import opened_package
from machikumo.operations.domain.package import BLOCK, opened
from machikumo.organisations.registration import town_that_arrives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

    Say = Callable[[str, str], None]

TOWN_FACTS = ("kind", "name", "name_en", "kana", "prefecture_code", "mode", "colour", "practice_of")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came in: rows of tables by name, files, and how many rows the former ledger has."""

    organisation: str
    rows: int
    files: int
    former_rows: int
    signer: str
    missing: tuple[str, ...]


def load(
    closed: IO[bytes],
    key_file: str,
    *,
    scope_in: Callable[[Organisation], Scope],
    signer: str = "",
    only: str = "",
    say: Say,
) -> Loaded:
    """Load the package that is closed for the holder of the key into the town that it is of.

    ``closed`` seeks. The town is made here when it is not registered. ``scope_in`` gives the scope to act in, or
    refuses. ``signer`` is the fingerprint that the former installation was asked for; ``only`` is the code of the one
    town that it may be of. Nothing is here but files without
    a name until everything is: who calls again after the program died goes on from there.

    Raises:
        NotAKey: it does not open with this key, or its bytes were altered.
        PackageFault, Conflict: it is not whole, not for here, or the town is not empty.
    """
    sha256 = _digest(closed)
    with opened_package(closed, key_file) as stream, opened(stream) as archive:
        say("パッケージを開きました。検査しています。", "The package is open; it is being verified.")
        arrival = Arrival.of(archive, sha256)
        checks.refuse_other_town(arrival, only)
        checks.refuse_unsigned(arrival, signer)
        checks.refuse_unknown_tables(arrival)
        head = checks.former_head(arrival)
        say(
            f"{len(arrival.names):,} 件すべて目録と一致し、署名と証跡も正しいことを確かめました。",
            f"All {len(arrival.names):,} parts are as the manifest says; signature and ledger hold.",
        )
        scope = scope_in(_town_of(arrival))
        with _alone(scope):
            return _bring(scope, arrival, head.size, say)


def _bring(scope: Scope, arrival: Arrival, former_rows: int, say: Say) -> Loaded:
    with entered(scope):
        checks.refuse_unless_empty(scope)
        checks.refuse_unknown_bodies(arrival)
    written: list[UUID] = []
    try:
        bring_files(scope, arrival, written, _teller(say))
        rows = actions.take_in_package(scope, arrival=arrival)
    except BaseException:
        for token in written:  # nothing stays of a load that was refused
            store.remove(scope, token)
        raise
    files = len(arrival.under("files/"))
    missing = tuple(sorted(arrival.manifest.missing))
    return Loaded(scope.organisation_code, rows, files, former_rows, arrival.manifest.signer, missing)


def _town_of(arrival: Arrival) -> Organisation:
    """The town of the package, made when it is not registered here; refused when it is of the other kind."""
    code = arrival.manifest.organisation
    facts = {name: str(arrival.town.get(name, "")) for name in TOWN_FACTS if arrival.town.get(name)}
    town = town_that_arrives(code, **facts)
    checks.refuse_other_mode(arrival, town)
    return town


@contextmanager
def _alone(scope: Scope) -> Iterator[None]:
    """One load into a town at a time; the lock goes with the process."""
    folder = Path(settings.VAR) / "loading"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f"{scope.organisation_code}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(
                "この団体への読み込みがすでに動いています。終わるまでお待ちください。",
                "A package is being loaded into this organisation already: please wait.",
            ) from None
        yield


def _teller(say: Say) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done == total:
            say(f"ファイル {total:,} 件を保管しました。", f"{total:,} files are kept.")

    return tell


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()
