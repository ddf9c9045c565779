"""Is everything there that was in the file, and nothing else? Key sets in both directions, and control totals."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import compress
from sys import byteorder
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.totals import Line, Totals, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from machikumo.layouts.domain.engine import BlockResult

_SIGN = "\x1f"


def key_text(values: Iterable[str]) -> str:
    """Return the values of a row's primary key as one text; numbers without leading zeros are up to the caller."""
    return _SIGN.join(values)


def key_hash(key: str) -> int:
    """Return the 64-bit hash of a key: the same on every machine and day, so that rehearsals can be compared."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest())


class KeySet:
    """The keys of one side as 64-bit hashes: eight bytes a row."""

    def __init__(self) -> None:
        self.hashes = array("Q")

    def add(self, keys: Iterable[str]) -> None:
        """Take keys as ``key_text`` gives them; the hashes are those of ``key_hash``, made in one go."""
        digests = b"".join([blake2b(key.encode(), digest_size=8).digest() for key in keys])
        fresh = array("Q", digests)
        if byteorder == "little":
            fresh.byteswap()
        self.hashes.extend(fresh)

    def ordered(self) -> array[int]:
        """Return the hashes in ascending order."""
        return array("Q", sorted(self.hashes))


@dataclass(frozen=True, slots=True)
class KeyDifference:
    """Hashes of keys that only one side has, as often as it has them more than the other."""

    missing: tuple[int, ...]
    extra: tuple[int, ...]

    def names(self, keys: Callable[[], Iterable[str]], *, missing: bool) -> list[str]:
        """Return the keys behind the hashes, found by going over that side's keys once more."""
        wanted = set(self.missing if missing else self.extra)
        return sorted({key for key in keys() if key_hash(key) in wanted}) if wanted else []


def key_difference(source: KeySet, target: KeySet) -> KeyDifference:
    """Return what the target lacks and what it has too much, by merging both sides in order."""
    here, there = source.ordered(), target.ordered()
    missing: list[int] = []
    extra: list[int] = []
    at = to = 0
    while at < len(here) and to < len(there):
        if here[at] == there[to]:
            at, to = at + 1, to + 1
        elif here[at] < there[to]:
            missing.append(here[at])
            at += 1
        else:
            extra.append(there[to])
            to += 1
    return KeyDifference((*missing, *here[at:]), (*extra, *there[to:]))


@dataclass(slots=True)
class Side:
    """One side of a reconciliation: what was accepted from the file, or what the register holds.

    With ``only``, rows of other keys are counted in ``others`` and not taken: the register holds what came before, too.
    """

    totals: Totals = field(default_factory=Totals)
    keys: KeySet = field(default_factory=KeySet)
    only: KeySet | None = None
    others: int = 0
    _wanted: Any = None

    def add_rows(self, rows: Sequence[Sequence[str]], index: Mapping[str, int], primary_key: Sequence[str]) -> None:
        """Take standard rows given as tuples."""
        self.totals.add_rows(rows, index)
        places = [index[key] for key in primary_key]
        self.keys.add(key_text(row[place] for place in places) for row in rows)

    def add_frame(self, frame: Any, primary_key: Sequence[str]) -> None:
        """Take standard rows given as a Polars frame."""
        import polars as pl

        found = KeySet()
        found.add(frame.select(key=pl.concat_str(primary_key, separator=_SIGN))["key"])
        if self.only is not None:
            mine = self._mine(self.only, pl.Series(found.hashes, dtype=pl.UInt64))
            frame, found.hashes = frame.filter(mine), array("Q", compress(found.hashes, mine))
            self.others += len(mine) - len(found.hashes)
        self.totals.add_frame(frame)
        self.keys.hashes.extend(found.hashes)

    def _mine(self, only: KeySet, hashes: pl.Series) -> pl.Series:
        """Whether each hash is among the wanted ones, which are put in order once."""
        import polars as pl

        if self._wanted is None:
            self._wanted = pl.Series(only.ordered(), dtype=pl.UInt64)
        if not len(self._wanted):
            return pl.Series([False] * len(hashes), dtype=pl.Boolean)
        places = self._wanted.search_sorted(hashes).clip(upper_bound=len(self._wanted) - 1)
        mine: pl.Series = self._wanted.gather(places) == hashes
        return mine


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The proof: the rows of the file are the accepted and the held-back ones, and the target has just the accepted.

    ``differing``: accepted rows whose key the target holds with other contents. ``others``: rows of other keys.
    """

    read: int
    accepted: int
    held_back: int
    loaded: int
    lines: tuple[Line, ...]
    difference: KeyDifference
    differing: int = 0
    others: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything agrees."""
        counts = self.read == self.accepted + self.held_back and self.accepted == self.loaded
        keys = not self.difference.missing and not self.difference.extra and not self.differing
        return counts and keys and all(line.agrees for line in self.lines)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values; lines that disagree come first, hashes as hexadecimal."""
        lines = sorted(self.lines, key=lambda line: line.agrees)
        return {
            "holds": self.holds,
            "read": self.read,
            "accepted": self.accepted,
            "held_back": self.held_back,
            "loaded": self.loaded,
            "differing": self.differing,
            "others": self.others,
            "missing_keys": [f"{found:016x}" for found in self.difference.missing],
            "extra_keys": [f"{found:016x}" for found in self.difference.extra],
            "lines": [
                {"measure": line.measure, "value": line.value, "source": line.source, "target": line.target,
                 "agrees": line.agrees}
                for line in lines
            ],
        }  # fmt: skip


def reconcile(source: Side, target: Side, *, read: int, held_back: int, differing: int = 0) -> Reconciliation:
    """Return the reconciliation of what was accepted (source) with what the target now holds."""
    return Reconciliation(
        read=read,
        accepted=source.totals.rows,
        held_back=held_back,
        loaded=target.totals.rows,
        lines=tuple(compare(source.totals, target.totals)),
        difference=key_difference(source.keys, target.keys),
        differing=differing,
        others=target.others,
    )


@dataclass(slots=True)
class Summary:
    """What a run found, in figures: kept of every rehearsal, so that the next one can be compared with it."""

    read: int = 0
    accepted: int = 0
    held_back: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    totals: Totals = field(default_factory=Totals)

    def add(self, result: BlockResult) -> None:
        """Take a block's result (its totals only when it was converted to a frame)."""
        self.read += result.entry.records
        self.accepted += result.entry.accepted
        self.held_back += result.entry.rejected
        self.rules.update(issue.rule for issue in result.issues)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return {
            "read": self.read, "accepted": self.accepted, "held_back": self.held_back,
            "rules": dict(sorted(self.rules.items())), "totals": self.totals.as_dict(),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Summary:
        """Return the summary that ``as_dict`` gave."""
        totals = Totals.from_dict(found["totals"])
        return cls(found["read"], found["accepted"], found["held_back"], Counter(found["rules"]), totals)


def rehearsal_difference(before: Summary, after: Summary) -> list[Line]:
    """Return what changed from one rehearsal to the next, only the lines that differ."""
    lines = [
        Line(name, "", str(getattr(before, name)), str(getattr(after, name)))
        for name in ("read", "accepted", "held_back")
    ]
    lines += [
        Line("issues", rule, str(before.rules[rule]), str(after.rules[rule]))
        for rule in sorted({*before.rules, *after.rules})
    ]
    lines += compare(before.totals, after.totals)
    return [line for line in lines if not line.agrees]
