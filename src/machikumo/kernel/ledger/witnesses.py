"""Witnesses: other bodies that keep an organisation's checkpoints outside the database that they witness.

A witness is anything with ``latest`` and ``accept``. The one shipped keeps a file a log in a folder of its own
(``var/witness/<witness>/<log>.jsonl``); one that speaks HTTPS has the same two methods.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db.models import Q

from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.witness import WitnessRefusal, judge
from machikumo.kernel.ledger.keys import safe_code
from machikumo.kernel.registries import Registry
from machikumo.kernel.tenancy.models import Organisation, OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

witness_sources: Registry[Any] = Registry("witness source")  # name -> function(organisation) giving witnesses' codes
TAIL_BYTES = 16_384
OPERATOR = "operator"
USUAL_DATABASE = "machikumo"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the sealer tells a witness: a signed note, the log's key, and the proof from what the witness knows."""

    log: str
    verifier_key: str
    note: str
    proof: Sequence[bytes]
    at: datetime


class Witness(Protocol):
    """Somebody who keeps checkpoints of other organisations' logs."""

    code: str

    def latest(self, log: str) -> str | None:
        """The last note accepted for the log."""

    def accept(self, offer: Offer) -> bool:
        """Keep the note; False when it is no news. Raises WitnessRefusal or BadCheckpoint."""


@dataclass(frozen=True, slots=True)
class FolderWitness:
    """A witness that appends to a file of its own and forces it to the disk before it answers."""

    code: str
    root: Path

    def latest(self, log: str) -> str | None:
        """The last note accepted for the log."""
        line = _last_line(self._file(log))
        return None if line is None else str(json.loads(line)["note"])

    def history(self, log: str) -> list[str]:
        """Every note accepted for the log, oldest first; a line that was torn by a crash was never accepted."""
        try:
            whole = self._file(log).read_bytes()
        except FileNotFoundError:
            return []
        return [str(json.loads(line)["note"]) for line in whole.split(b"\n")[:-1]]

    def verifier_key(self, log: str) -> str | None:
        """The key that the witness noted when it first heard of the log."""
        try:
            return self._key_file(log).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def accept(self, offer: Offer) -> bool:
        """Keep the note unless it is no news; another key than the first one is refused."""
        with _locked(self._file(offer.log)) as handle:
            self._pin_key(offer)
            offered = notes.verified(offer.note, offer.verifier_key)
            known = self.latest(offer.log)
            if not judge(notes.read(known) if known else None, offered, offer.proof):
                return False
            line = {
                "note": offer.note,
                "proof": [part.hex() for part in offer.proof],
                "received_at": offer.at.isoformat(),
            }
            _append(handle, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        return True

    def _pin_key(self, offer: Offer) -> None:
        pinned = self.verifier_key(offer.log)
        if not pinned:
            with self._key_file(offer.log).open("wb") as handle:
                _append(handle, offer.verifier_key.encode() + b"\n")
        elif pinned != offer.verifier_key:
            raise WitnessRefusal(
                f"{offer.log}: 署名鍵が、証人 {self.code} の控えと異なります。",
                f"{offer.log}: the signing key is not the one that the witness {self.code} noted at first.",
            )

    def _file(self, log: str) -> Path:
        return self.root / safe_code(self.code) / f"{safe_code(log)}.jsonl"

    def _key_file(self, log: str) -> Path:
        return self._file(log).with_suffix(".key")


def folder() -> Path:
    """Where the shipped witnesses keep their files: ``var/witness``.

    A benchmark's or a test's database (MACHIKUMO_DATABASE) has witnesses of its own, so that no log is taken for
    another database's.
    """
    other = os.environ.get("MACHIKUMO_DATABASE", "")
    return Path(settings.VAR) / ("witness" if other in {"", USUAL_DATABASE} else f"witness-{other}")


def witnesses_of(organisation: Organisation, root: Path | None = None) -> list[FolderWitness]:
    """The organisation's witnesses: its prefecture (a prefecture's: the ministry) and whom the rooms name.

    The rooms name the other members of the cloud group. With nobody else the operator's own store serves, so that a
    rollback is found even then.
    """
    codes = {code for _name, source in witness_sources.items() for code in source(organisation)}
    codes.update(_superior(organisation))
    codes.discard(organisation.code)
    return [FolderWitness(code, root or folder()) for code in sorted(codes or {OPERATOR})]


def witnesses_in(root: Path) -> list[FolderWitness]:
    """Every witness that keeps files in the folder."""
    places = sorted(root.iterdir()) if root.is_dir() else []
    return [FolderWitness(place.name, root) for place in places if place.is_dir()]


def _superior(organisation: Organisation) -> list[str]:
    if organisation.kind == OrganisationKind.PREFECTURE:
        found = Organisation.objects.filter(kind=OrganisationKind.MINISTRY)
    else:
        prefecture = organisation.prefecture_code or "-"
        found = Organisation.objects.filter(Q(code=prefecture) | Q(prefecture_code=prefecture)).filter(
            kind=OrganisationKind.PREFECTURE
        )
    return list(found.values_list("code", flat=True))


@contextmanager
def _locked(file: Path) -> Iterator[IO[bytes]]:
    """The file, open for appending by one process at a time; what a crash tore off is cut away."""
    is_new = not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if is_new:
            _sync_folder(file.parent)
        tail = _tail(file)
        if not tail.endswith(b"\n"):
            handle.truncate(handle.tell() - len(tail) + tail.rfind(b"\n") + 1)
        yield handle


def _append(handle: IO[bytes], data: bytes) -> None:
    handle.write(data)
    handle.flush()
    os.fsync(handle.fileno())


def _sync_folder(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tail(file: Path) -> bytes:
    """The end of the file, longer than any line of ours; nothing when there is no file."""
    try:
        with file.open("rb") as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - TAIL_BYTES))
            return handle.read()
    except FileNotFoundError:
        return b""


def _last_line(file: Path) -> bytes | None:
    """The last whole line, read from the end."""
    tail = _tail(file)
    lines = tail[: tail.rfind(b"\n") + 1].splitlines()
    return lines[-1] if lines else None
