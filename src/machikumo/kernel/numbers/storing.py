"""Putting many numbers into the table: closed in Python, staged by COPY, moved by statements under row security."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection

from machikumo.kernel.errors import Conflict
from machikumo.kernel.numbers.domain.digits import NumberError, NumberKind, Verdict, error_of, examine
from machikumo.kernel.numbers.domain.sealing import NONCE_BYTES, place_of, seal_all
from machikumo.kernel.numbers.keys import KeyFault, KeyStore, key_store
from machikumo.kernel.numbers.models import NumberRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from machikumo.kernel.scope import Scope

Row = TypeVar("Row")

ROWS_A_WRITE = 2_000
TAKEN = (Verdict.VALID, Verdict.UNVERIFIED)


class NumbersRefused(NumberError):
    """Some numbers of a batch were refused, and so the whole batch; ``refused`` says whose and why, never which."""

    def __init__(self, kind: NumberKind, refused: Sequence[tuple[str, Verdict]]) -> None:
        self.refused = tuple(refused)
        first = error_of(refused[0][1], kind)
        super().__init__(
            f"{len(refused)} 件の番号を登録できません。最初の理由: {first.message_ja}",
            f"{len(refused)} numbers are refused. The first reason: {first.message_en}",
        )


class NumberTaken(Conflict):
    """A number belongs to another subject already; ``clashes`` pairs who brought it with who holds it."""

    def __init__(self, clashes: Sequence[tuple[str, str]]) -> None:
        self.clashes = tuple(clashes)
        super().__init__(
            f"同じ番号がすでに別の人に登録されています ({len(clashes)} 件)。番号を取り違えていないか確認してください。",
            f"The same number is another person's already ({len(clashes)}): check whether numbers were mixed up.",
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch did: rows written new, numbers changed, rows that were there already, and what was refused."""

    new: int
    changed: int
    unchanged: int
    refused: tuple[tuple[str, Verdict], ...] = ()
    clashes: tuple[tuple[str, str], ...] = ()


def sort_out(
    pairs: Iterable[tuple[str, str]], kind: NumberKind, *, training: bool
) -> tuple[list[tuple[str, str]], list[tuple[str, Verdict]]]:
    """Return the pairs that the organisation takes, and of the others the subject and the reason."""
    taken: list[tuple[str, str]] = []
    refused: list[tuple[str, Verdict]] = []
    for pair in pairs:
        verdict = examine(pair[1], kind, training=training)
        if verdict in TAKEN:
            taken.append(pair)
        else:
            refused.append((pair[0], verdict))
    return taken, refused


def ready_keys(scope: Scope) -> KeyStore:
    """Return the organisation's keys, made at the first use of an empty vault.

    Raises:
        KeyFault: numbers are there, but their keys are not.
    """
    store = key_store(scope.organisation_code)
    if not store.versions():
        if NumberRecord.objects.within(scope).exists():
            raise KeyFault(
                "番号保管庫の鍵がありません。鍵の保管場所から戻してください。",
                "The vault holds numbers but its keys are gone: restore them from where keys are kept.",
            )
        store.make_first()
    return store


def write(scope: Scope, kind: NumberKind, pairs: Sequence[tuple[str, str]], *, skip_clashes: bool) -> Stored:
    """Write checked pairs within the entered scope; the last of a subject's numbers counts.

    Raises:
        NumberTaken: a number is another subject's, unless ``skip_clashes``.
    """
    pairs = list(dict(pairs).items())
    if not pairs:
        return Stored(0, 0, 0)
    store = ready_keys(scope)
    version = store.versions()[-1]
    nonces = os.urandom(NONCE_BYTES * len(pairs))
    place = place_of(scope.organisation_id, kind, "")
    keys = {"key": store.encryption(version), "lookup": store.lookup()}
    sealed = seal_all(pairs, **keys, nonces=nonces, place=place, kind=kind)
    with connection.cursor() as cursor:
        _stage(cursor, sealed)
        clashes = _clashes(cursor, scope, kind)
        if clashes and not skip_clashes:
            raise NumberTaken(clashes)
        return _move(cursor, scope, kind, version, clashes)


def _stage(cursor: Any, sealed: Iterable[tuple[str, bytes, bytes]]) -> None:
    cursor.execute("DROP TABLE IF EXISTS pg_temp.staged_number")
    cursor.execute(
        "CREATE TEMPORARY TABLE staged_number (subject text, ciphertext bytea, keyed_hash bytea) ON COMMIT DROP"
    )
    with cursor.copy("COPY staged_number FROM STDIN") as copy:
        for block in batched(sealed, ROWS_A_WRITE):
            copy.write("".join(f"{_plain(s)}\t\\\\x{c.hex()}\t\\\\x{h.hex()}\n" for s, c, h in block))
    cursor.execute("ANALYZE staged_number")


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield the rows in lists of at most ``size``."""
    remaining = iter(rows)
    while block := list(islice(remaining, size)):
        yield block


def _plain(subject: str) -> str:
    """Return a token as COPY takes it; tokens have neither backslash nor tab."""
    if not subject.isprintable() or "\\" in subject:
        raise ValueError("a subject is a plain token")
    return subject


# Two subjects of one batch with one number that nobody holds clash as well: the first one gets it.
CLASHES = """
SELECT s.subject, r.subject FROM staged_number s JOIN numbers_numberrecord r
  ON r.organisation_id = %s AND r.kind = %s AND r.keyed_hash = s.keyed_hash AND r.subject <> s.subject
UNION ALL
SELECT s.subject, f.subject FROM staged_number s
  JOIN (SELECT keyed_hash, min(subject) AS subject FROM staged_number GROUP BY keyed_hash HAVING count(*) > 1) f
  ON f.keyed_hash = s.keyed_hash AND f.subject <> s.subject
WHERE NOT EXISTS (
  SELECT FROM numbers_numberrecord r WHERE r.organisation_id = %s AND r.kind = %s AND r.keyed_hash = s.keyed_hash
)
ORDER BY 1
"""
CHANGE = """
UPDATE numbers_numberrecord r
SET ciphertext = s.ciphertext, keyed_hash = s.keyed_hash, key_version = %s, stored_at = now()
FROM staged_number s
WHERE r.organisation_id = %s AND r.kind = %s AND r.subject = s.subject AND r.keyed_hash <> s.keyed_hash
"""
ADD = """
INSERT INTO numbers_numberrecord (organisation_id, kind, subject, ciphertext, keyed_hash, key_version)
SELECT %s, %s, s.subject, s.ciphertext, s.keyed_hash, %s FROM staged_number s
WHERE NOT EXISTS (
  SELECT FROM numbers_numberrecord r WHERE r.organisation_id = %s AND r.kind = %s AND r.subject = s.subject
)
"""


def _clashes(cursor: Any, scope: Scope, kind: NumberKind) -> tuple[tuple[str, str], ...]:
    cursor.execute(CLASHES, [scope.organisation_id, kind] * 2)
    return tuple((bringer, holder) for bringer, holder in cursor.fetchall())


def _move(cursor: Any, scope: Scope, kind: NumberKind, version: int, clashes: tuple[tuple[str, str], ...]) -> Stored:
    if clashes:
        cursor.execute("DELETE FROM staged_number WHERE subject = ANY(%s)", [[bringer for bringer, _ in clashes]])
    cursor.execute("SELECT count(*) FROM staged_number")
    (staged,) = cursor.fetchone()
    here = [scope.organisation_id, kind]
    cursor.execute(CHANGE, [version, *here])
    changed = cursor.rowcount
    cursor.execute(ADD, [*here, version, *here])
    new = cursor.rowcount
    cursor.execute("DROP TABLE staged_number")
    return Stored(new, changed, staged - new - changed, clashes=clashes)
