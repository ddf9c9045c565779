"""Counting a round's files and comparing them with the round before: the long part of a rehearsal's proof."""

from __future__ import annotations

import contextlib
import tempfile
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from django.utils import timezone

from machikumo.kernel.errors import Conflict
from machikumo.kernel.files import store
from machikumo.kernel.files.actions import remove_file, store_file
from machikumo.kernel.ledger import record
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.domain.wide import narrowed_mapping
from machikumo.layouts.own_layouts import mapping_for
from machikumo.rehearsals import queries
from machikumo.rehearsals.domain.comparing import compare, count
from machikumo.rehearsals.domain.counting import Sheet
from machikumo.rehearsals.domain.measures import measures_of
from machikumo.rehearsals.domain.reading import Delivery
from machikumo.rehearsals.domain.results import difference_of, measured_of
from machikumo.rehearsals.models import Round
from machikumo.rehearsals.systems import count_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.jobs import Run
    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.domain.comparing import Count, Difference

EVIDENCE = "rehearsal_evidence"  # purpose of the stored file
CHUNK = 1 << 20
RECONCILED = "reconciled"


class Side:
    """One round with its files, ready to be read: deliveries by the layout that they are moved into."""

    def __init__(self, scope: Scope, one: Round) -> None:
        self.one = one
        self.files = queries.files_of(scope, one)
        _refuse_unready(self.files)
        self.deliveries: dict[str, list[Delivery]] = {}
        self.changed: dict[str, str] = {}
        self.size = sum(row.file.size for row in self.files)
        for number, row in enumerate(self.files):
            mapping = mapping_for(scope, row.mapping_key)
            if (mapping.digest, mapping.source.digest) != (row.mapping_digest, row.layout_digest):
                self.changed[row.file.name] = row.mapping_key
            delivery = Delivery(
                number, row.file.name, partial(_opened, scope, row.file), narrowed_mapping(mapping), scope.training
            )
            self.deliveries.setdefault(mapping.target.key, []).append(delivery)


def _refuse_unready(files: Sequence[Any]) -> None:
    waiting = [row.file.name for row in files if row.state != RECONCILED and not row.reconciliation]
    if waiting or not files:
        raise Conflict(
            f"取込と照合が終わっていないファイルがあります: {'、'.join(waiting) or '（なし）'}",
            f"Not reconciled yet: {', '.join(waiting) or 'no file'}.",
        )
    gone = [row.file.name for row in files if row.file.removed_at is not None]
    if gone:
        raise Conflict(
            f"元のファイルが消去されているため数えられません: {'、'.join(gone)}",
            f"The source was taken away, so it cannot be counted: {', '.join(gone)}.",
        )


@contextlib.contextmanager
def _opened(scope: Scope, file: StoredFile) -> Iterator[BinaryIO]:
    with store.place_of(scope, file.token).open("rb") as stream:
        yield stream


class Progress:
    """Tells a run how many bytes of how many were read."""

    def __init__(self, run: Run, total: int) -> None:
        self.run, self.total, self.before, self.last = run, total, 0, 0
        self.delivery: Delivery | None = None

    def __call__(self, delivery: Delivery, end: int) -> None:
        """A block of that file ended there."""
        if delivery is not self.delivery:
            self.before, self.delivery, self.last = self.before + self.last, delivery, 0
        self.last = end
        self.run.progress(self.before + end, self.total, f"集計 {delivery.name}", f"counting {delivery.name}")


def measure(scope: Scope, run: Run, round_id: int) -> dict[str, Any]:
    """Count a round's files, compare them with the round before, store both; gives the figures for the job.

    Raises Conflict in words when a file is not reconciled yet or was taken away.
    """
    with entered(scope):
        one = queries.round_of(scope, round_id)
        side = Side(scope, one)
        previous = queries.previous_of(scope, one)
        older = Side(scope, previous) if previous else None
    progress = Progress(run, side.size + (older.size if older else 0))
    sheet = count_sheets().get(one.move.system)
    counted = {key: _counted(key, files, sheet, progress) for key, files in side.deliveries.items()}
    counts = {key: found for key, (found, _sheet) in counted.items()}
    sheets = [ours.result() for _found, ours in counted.values() if ours is not None]
    facts: dict[str, Any] = {
        "measured": measured_of(counts, sheets[0] if sheets else {}, side.changed),
        "measured_files": [row.pk for row in side.files],
        "measured_at": timezone.now(),
        "difference": {},
        "evidence": None,
    }
    with tempfile.TemporaryFile() as evidence:
        if older is not None:
            found = _compared(older, side, counts, progress, evidence)
            facts["difference"] = difference_of(found, older.one.number)
        return _keep(scope, one, facts, evidence)


def _counted(key: str, files: Sequence[Delivery], sheet: Any, progress: Progress) -> tuple[Count, Sheet | None]:
    ours = Sheet(sheet) if sheet is not None and sheet.layout == key else None
    return count(files, measures_of(files[0].mapping.target), sheet=ours, told=progress), ours


def _compared(
    older: Side, newer: Side, counts: Mapping[str, Count], progress: Progress, evidence: BinaryIO
) -> dict[str, Difference]:
    """The difference of each layout that either round has; the evidence names the layout before its rows."""
    found = {}
    for key in sorted({*older.deliveries, *newer.deliveries}):
        here, there = older.deliveries.get(key, []), newer.deliveries.get(key, [])
        measures = measures_of((there or here)[0].mapping.target)
        before = count(here, measures, told=progress)
        after = counts.get(key) or count((), measures)
        evidence.write(f"#{key}\n".encode())
        found[key] = compare((here, before), (there, after), write=evidence.write)
    return found


def _keep(scope: Scope, one: Round, facts: dict[str, Any], evidence: BinaryIO) -> dict[str, Any]:
    with entered(scope):
        if evidence.tell():
            evidence.seek(0)
            facts["evidence"] = store_file(
                scope,
                name=f"difference-{one.pk}.jsonl",
                chunks=iter(partial(evidence.read, CHUNK), b""),
                purpose=EVIDENCE,
                media_type="application/x-ndjson",
            )
        if one.evidence is not None:
            remove_file(scope, token=one.evidence.token, ground="data_migration")
        Round.objects.within(scope).filter(pk=one.pk).update(**facts)
        layouts = facts["difference"].get("layouts", {})
        details = {
            "files": facts["measured_files"],
            "rows": sum(found["accepted"] for found in facts["measured"]["layouts"].values()),
            "compared_with": facts["difference"].get("with", 0),
            "kinds": {key: found["kinds"] for key, found in layouts.items()},
        }
        record(
            scope, event="rehearsal.measured", subject=queries.subject_of(one), ground="data_migration", details=details
        )
    return details
