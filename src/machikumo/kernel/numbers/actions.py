"""Storing, opening, finding and removing numbers, and changing their key. Each leaves a trace without any digit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.db import IntegrityError

from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record
from machikumo.kernel.ledger.recording import record_many
from machikumo.kernel.numbers import storing
from machikumo.kernel.numbers.domain import openings
from machikumo.kernel.numbers.domain.digits import PERSONAL, NumberError, NumberKind, require_valid
from machikumo.kernel.numbers.domain.sealing import NONCE_BYTES, keyed_hash, place_of, seal, unseal
from machikumo.kernel.numbers.keys import KeyStore, key_store
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.numbers.queries import record_of
from machikumo.kernel.registries import write_gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from machikumo.kernel.numbers.storing import Stored
    from machikumo.kernel.scope import Scope


class NotPersonal(NumberError):
    """The vault keeps personal numbers only; corporate numbers and codes are public and lie in ordinary tables."""


@action()
def store_number(scope: Scope, *, kind: str, subject: str, number: str, ground: str = "entry") -> None:
    """Keep a subject's number; a number that the subject has already is changed.

    Needs number.enter or layouts.move_in.

    Raises:
        WrongForm, WrongCheckDigit, TrainingNumberInLife, RealNumberInTraining: the digits are not to be kept here.
        NumberTaken: the number is another subject's.
    """
    scope.require(*openings.ENTERING)
    write_gate.ask(scope, "numbers.store")
    which = _personal(kind)
    require_valid(number, which, training=scope.training)
    done = _write(scope, which, [(subject, number)], skip_refused=False)
    record(
        scope,
        event="number.stored",
        subject=_token(subject),
        ground=ground,
        details={"kind": which.value, "changed": bool(done.changed)},
    )


@action()
def store_numbers(
    scope: Scope,
    *,
    kind: str,
    pairs: Iterable[tuple[str, str]],
    ground: str = "data_migration",
    skip_refused: bool = False,
) -> Stored:
    """Keep many numbers of one kind, given as (subject, number); one ledger row tells the counts.

    Needs number.enter or layouts.move_in. With ``skip_refused`` wrong numbers and those of other subjects are left
    out and told in the result (``refused``, ``clashes``); without it the first of them refuses the whole batch.

    Raises:
        NumbersRefused, NumberTaken: see above; neither holds a number.
    """
    scope.require(*openings.ENTERING)
    which = _personal(kind)
    taken, refused = storing.sort_out(pairs, which, training=scope.training)
    if refused and not skip_refused:
        raise storing.NumbersRefused(which, refused)
    done = _write(scope, which, taken, skip_refused=skip_refused)
    done = storing.Stored(done.new, done.changed, done.unchanged, tuple(refused), done.clashes)
    record(
        scope,
        event="numbers.stored",
        ground=ground,
        details={
            "kind": which.value,
            "new": done.new,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "refused": len(done.refused),
            "clashes": len(done.clashes),
        },
    )
    return done


@action()
def open_number(scope: Scope, *, kind: str, subject: str, purpose: str, ground: str) -> str:
    """Open a subject's number for a purpose, on a ground that the ledger keeps.

    Purposes and their permissions: ``domain.openings.PURPOSES``.

    Raises:
        Forbidden: the purpose or the permission does not allow it.
        NoGround: no ground was given.
        NotFound: no such number in this organisation.
    """
    return open_numbers(scope, kind=kind, subjects=[subject], purpose=purpose, ground=ground)[subject]


@action()
def open_numbers(scope: Scope, *, kind: str, subjects: Sequence[str], purpose: str, ground: str) -> dict[str, str]:
    """Open the numbers of several subjects, a household's say; each opening is a ledger row of its own.

    Raises:
        Forbidden, NoGround, NotFound: as ``open_number``; one missing number opens none.
    """
    scope.require(*openings.permissions_for(purpose))
    openings.require_ground(ground)
    which = _personal(kind)
    store = key_store(scope.organisation_code)
    opened = {subject: _open(scope, store, record_of(scope, kind=which, subject=subject)) for subject in subjects}
    details = {"kind": which.value, "purpose": purpose}
    rows = [{"subject": _token(subject), "details": details} for subject in opened]
    record_many(scope, rows, event="number.opened", ground=ground)
    return opened


@action()
def open_all_numbers(scope: Scope, *, purpose: str, ground: str, size: int = 2_000) -> Iterator[dict[str, str]]:
    """Every number of the organisation (``subject``, ``kind``, ``number``), a batch at a time, when it leaves.

    To be read to its end within the entered scope. Each opening is a ledger row of its own, written by the batch.

    Raises:
        Forbidden, NoGround: as ``open_number``.
    """
    scope.require(*openings.permissions_for(purpose))
    openings.require_ground(ground)
    count = NumberRecord.objects.within(scope).count()
    record(scope, event="numbers.opened", ground=ground, details={"purpose": purpose, "numbers": count})
    return _opened_in_batches(scope, purpose, ground, size)


def _opened_in_batches(scope: Scope, purpose: str, ground: str, size: int) -> Iterator[dict[str, str]]:
    store, last = key_store(scope.organisation_code), 0
    while batch := list(NumberRecord.objects.within(scope).filter(pk__gt=last).order_by("pk")[:size]):
        opened = [{"subject": row.subject, "kind": row.kind, "number": _open(scope, store, row)} for row in batch]
        rows = [{"subject": _token(row.subject), "details": {"kind": row.kind, "purpose": purpose}} for row in batch]
        record_many(scope, rows, event="number.opened", ground=ground)
        yield from opened
        last = batch[-1].pk


@action()
def find_by_number(scope: Scope, *, kind: str, number: str, ground: str) -> str | None:
    """Return the subject that holds the number, or None. Needs number.open or number.enter.

    Raises:
        NoGround: no ground was given.
        NumberError: the digits are not a number of this organisation's mode.
    """
    scope.require(*openings.FINDING)
    openings.require_ground(ground)
    which = _personal(kind)
    require_valid(number, which, training=scope.training)
    store = key_store(scope.organisation_code)
    found = None
    if store.versions():
        wanted = keyed_hash(store.lookup(), which, number)
        found = NumberRecord.objects.within(scope).filter(kind=which, keyed_hash=wanted).first()
    subject = found.subject if found else None
    record(
        scope,
        event="number.searched",
        subject=_token(subject) if subject else None,
        ground=ground,
        details={"kind": which.value, "found": found is not None},
    )
    return subject


@action(permission="number.enter")
def remove_number(scope: Scope, *, kind: str, subject: str, ground: str) -> None:
    """Take a subject's number out of the vault, when it may be kept no longer.

    Raises:
        NoGround: no ground was given.
        NotFound: no such number in this organisation.
    """
    openings.require_ground(ground)
    write_gate.ask(scope, "numbers.remove")
    record_of(scope, kind=_personal(kind), subject=subject).delete()
    record(scope, event="number.removed", subject=_token(subject), ground=ground, details={"kind": kind})


@action(permission="operations.manage")
def make_new_key(scope: Scope) -> int:
    """Make the next version of the organisation's encryption key and return its number.

    What is stored from now on is closed with it; the job ``numbers.reencrypt`` closes the rest anew.
    """
    version = storing.ready_keys(scope).make_next()
    record(scope, event="numbers.key_made", details={"version": version})
    return version


@action(permission="operations.manage")
def reencrypt_batch(scope: Scope, *, limit: int = 5_000) -> int:
    """Close up to ``limit`` numbers of older versions with the newest key; return how many, 0 when all are done."""
    write_gate.ask(scope, "numbers.reencrypt")
    store = storing.ready_keys(scope)
    version = store.versions()[-1]
    older = NumberRecord.objects.within(scope).filter(key_version__lt=version)
    rows = list(older.select_for_update(skip_locked=True).order_by("id")[:limit])
    key = store.encryption(version)
    for row in rows:
        place = place_of(scope.organisation_id, row.kind, row.subject)
        row.ciphertext = seal(key, os.urandom(NONCE_BYTES), _open(scope, store, row), place)
        row.key_version = version
    NumberRecord.objects.within(scope).bulk_update(rows, ["ciphertext", "key_version"], batch_size=1_000)
    record(scope, event="numbers.reencrypted", details={"version": version, "numbers": len(rows)})
    return len(rows)


def _open(scope: Scope, store: KeyStore, row: NumberRecord) -> str:
    place = place_of(scope.organisation_id, row.kind, row.subject)
    return unseal(store.encryption(row.key_version), bytes(row.ciphertext), place, row.subject)


def _write(scope: Scope, kind: NumberKind, pairs: list[tuple[str, str]], *, skip_refused: bool) -> Stored:
    try:
        return storing.write(scope, kind, pairs, skip_clashes=skip_refused)
    except IntegrityError:
        raise Conflict(
            "同じ番号がほかの処理で同時に登録されました。もう一度確認してください。",
            "The same number was stored by somebody else at the same moment. Look again.",
        ) from None


def _personal(kind: str) -> NumberKind:
    which = NumberKind(kind)
    if which not in PERSONAL:
        raise NotPersonal(
            "番号保管庫は個人番号と住民票コードだけを扱います。",
            "The vault keeps individual numbers and resident record codes only.",
        )
    return which


def _token(subject: str) -> str:
    """Return the ledger's token: a bare one is a person's."""
    return subject if ":" in subject else f"person:{subject}"
