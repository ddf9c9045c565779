"""Moving a file in: first the whole file is checked, then block after block is converted and loaded, then proved.

A block's rows and the note that they are in are written in one transaction, so a server that dies in the middle neither
doubles nor loses a row; going on reads the file again and loads what is missing.
"""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.kernel.files import store
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.ledger import record
from machikumo.kernel.registries import load_targets
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.crews import crew_for
from machikumo.layouts.domain.blocks import BLOCK_SIZE
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.errors import LayoutError, Unmappable
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.fixed.rows import fixed_rows
from machikumo.layouts.domain.limits import BeyondLimits, beyond
from machikumo.layouts.domain.quarantine import Quarantine
from machikumo.layouts.domain.reconcile import Side, reconcile
from machikumo.layouts.domain.wide import Widened, narrowed_mapping, readable
from machikumo.layouts.held import list_for, settle
from machikumo.layouts.left_out import RULES, counts_of_blocks, findings_of_loading, issues_of_loading
from machikumo.layouts.models import MoveIn, MoveInBlock, MoveInIssue, MoveInState
from machikumo.layouts.own_layouts import mapping_for
from machikumo.layouts.queries.move_ins import loaded_blocks, move_in_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from machikumo.kernel.jobs import Run
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.engine import BlockResult
    from machikumo.layouts.domain.issues import Issue
    from machikumo.layouts.domain.mapping import Mapping

KEPT_A_RULE = 200
TARGET = "resident-standard"
READ_BACK = 20_000


@dataclass(slots=True)
class Found:
    """What the check of the whole file told."""

    rows: int = 0
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    kept: list[Issue] = field(default_factory=list)
    held: dict[int, tuple[str, str]] = field(default_factory=dict)
    rejected: int = 0
    bad: Counter[str] = field(default_factory=Counter)

    def add(self, result: BlockResult) -> None:
        """Take a block's issues; keep some hundreds a rule for reading."""
        self.rows += result.entry.records
        self.rejected += len(result.rejects)
        for issue in result.issues:
            key = (issue.rule, issue.severity.value, issue.item_name)
            if self.counts[key] < KEPT_A_RULE:
                self.kept.append(issue)
            self.examples.setdefault(key, {"name_ja": issue.message_ja, "name_en": issue.message_en})
            self.counts[key] += 1
            self.bad[issue.rule] += issue.severity is Severity.ERROR
            if result.closing and issue.severity is Severity.ERROR and issue.row:
                self.held[issue.row] = (issue.message_ja, issue.message_en)

    def findings(self) -> list[dict[str, Any]]:
        """The counts by rule and item, errors first, the most frequent first."""
        order = {Severity.ERROR.value: 0, Severity.WARNING.value: 1}
        rows = sorted(self.counts.items(), key=lambda entry: (order.get(entry[0][1], 2), -entry[1]))
        return [
            {"rule": rule, "severity": severity, "item": item, "count": count} | self.examples[rule, severity, item]
            for (rule, severity, item), count in rows
        ]


def move_in(scope: Scope, run: Run, move_in_id: int, *, block_size: int = BLOCK_SIZE) -> dict[str, Any]:
    """Do the whole move-in of one received file, or go on with it; gives the counts."""
    mover = Mover(scope, run, move_in_id, block_size=block_size)
    found = mover.check()
    mover.load(found)
    return mover.prove()


class Mover:
    """One move-in, stage by stage: check, load, prove.

    ``mapping_of`` gives the mapping of a move-in, else it is the one that it was received for. ``block_size`` is in
    bytes and must be the same whenever the same move-in goes on, because a block that is in is known by its number.
    """

    def __init__(
        self,
        scope: Scope,
        run: Run,
        move_in_id: int,
        *,
        mapping_of: Callable[[MoveIn], Mapping] | None = None,
        block_size: int = BLOCK_SIZE,
    ) -> None:
        self.scope, self.run, self.block_size = scope, run, block_size
        with entered(scope):
            self.one = move_in_of(scope, move_in_id)
            self.mapping = mapping_of(self.one) if mapping_of else mapping_for(scope, self.one.mapping_key)
        self.size = self.one.file.size
        self.source = Side()
        self._refuse_changed_definitions()
        self.layout = self.mapping.source
        self.mapping = narrowed_mapping(self.mapping)

    def _refuse_changed_definitions(self) -> None:
        if self.one.state == MoveInState.UNDONE:
            raise LayoutError(
                "この取込は取り消されました。もう一度取り込むには、ファイルを受け入れ直してください。",
                "This load was undone. To load it again, hand the file over again.",
            )
        digests = (self.mapping.digest, self.mapping.source.digest)
        if digests != (self.one.mapping_digest, self.one.layout_digest):
            raise LayoutError(
                "受領のあとで定義が変わりました。ファイルをもう一度受け入れてください。",
                "The definitions changed after the file was received. Please hand it over again.",
            )

    def _plan(self, held: dict[int, tuple[str, str]] | None = None) -> Plan:
        return Plan(
            layout=self.mapping.source,
            mapping=self.mapping,
            training=self.scope.training,
            held=held or {},
            file_name=self.one.file.name,
            fingerprints=False,
        )

    @contextlib.contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        with (
            store.place_of(self.scope, self.one.file.token).open("rb") as file,
            readable(file, self.layout) as stream,
        ):
            yield stream

    def _set(self, **facts: Any) -> None:
        with entered(self.scope):
            MoveIn.objects.within(self.scope).filter(pk=self.one.pk).update(**facts)

    def _told(self, result: BlockResult, done: int, what_ja: str, what_en: str) -> None:
        self.run.progress(
            done + result.entry.end, 2 * self.size, f"{what_ja} {result.entry.first_row:,} 行目", f"{what_en}"
        )

    def check(self) -> Found:
        """Read the whole file once; what only the whole file can tell is held back in the second reading."""
        self._set(state=MoveInState.CHECKING)
        self.run.log("検査を始めました。", "Checking began.")
        found = Found()
        with self._open() as stream, crew_for(stream, self._plan()) as crew:
            for result in iterate_blocks(stream, self._plan(), block_size=self.block_size, crew=crew):
                found.add(result)
                if result.fatal:
                    self._stop(found)
                self._told(result, 0, "検査", "checking")
        self._keep(found)
        self.run.log(f"{found.rows:,} 行を検査しました。", f"{found.rows:,} rows were checked.")
        self._stop_beyond_limits(found)
        return found

    def _stop_beyond_limits(self, found: Found) -> None:
        """Nothing is loaded while more rows are bad than the limits allow, until somebody decides to go on."""
        stops = beyond(self.one.limits, found.bad, found.rejected + len(found.held))
        if not stops or self.one.went_on_at:
            return
        self._set(state=MoveInState.STOPPED, stops=stops, finished_at=timezone.now())
        raise BeyondLimits(stops)

    def _stop(self, found: Found) -> None:
        self._keep(found)
        self._set(state=MoveInState.STOPPED, finished_at=timezone.now())
        first = found.kept[0]
        raise LayoutError(f"{first.message_ja} {first.remedy_ja}", f"{first.message_en} {first.remedy_en}")

    def _keep(self, found: Found) -> None:
        """Keep the findings, replacing those of a reading that was broken off."""
        with entered(self.scope):
            MoveInIssue.objects.within(self.scope).filter(move_in_id=self.one.pk).exclude(rule__in=RULES).delete()
            rows = [_issue_row(self.scope, self.one, issue) for issue in found.kept]
            MoveInIssue.objects.within(self.scope).bulk_create(rows, batch_size=500)
            facts = {"rows": found.rows, "findings": found.findings()}
            MoveIn.objects.within(self.scope).filter(pk=self.one.pk).update(**facts)

    def load(self, found: Found) -> None:
        """Convert and load what is accepted, and keep what is not in its original bytes."""
        import tempfile

        self._set(state=MoveInState.LOADING)
        with entered(self.scope):
            done = loaded_blocks(self.scope, self.one)
            held = list_for(self.scope, self.one)
        counts = Counter[str]()
        incomplete: set[str] = set()
        with self._open() as stream, tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as reasons:
            quarantine = Quarantine(Widened(rows, self.layout), reasons, self.mapping.source)
            for result in iterate_blocks(stream, self._plan(found.held), block_size=self.block_size):
                if result.closing:
                    continue
                quarantine.add(result)
                held.add(result)
                incomplete |= households_of(result, self.mapping)
                counts["accepted"] += result.entry.accepted
                self.source.add_frame(result.converted, self.mapping.target.primary_key)
                if result.entry.number not in done:
                    self._load_block(result)
                self._told(result, self.size, "取込", "loading")
            quarantine.finish()
            counts["quarantined"] = quarantine.count
            facts = self._kept_files(rows, reasons) if quarantine.count else {}
        if incomplete:
            reason = f"移行（{self.one.file.name}）で保留した行がある / a row was set aside at the move"
            load_targets.get(f"{TARGET}:incomplete")(self.scope, incomplete, reason, f"move_in:{self.one.pk}")
        with entered(self.scope):
            facts["findings"] = found.findings() + findings_of_loading(self.scope, self.one)
            settle(self.scope, self.one, held)
        self._set(accepted=counts["accepted"], quarantined=counts["quarantined"], **facts)
        self.run.log(
            f"{counts['accepted']:,} 行を取り込み、{counts['quarantined']:,} 行を保留しました。",
            f"{counts['accepted']:,} rows were loaded, {counts['quarantined']:,} set aside.",
        )

    def _load_block(self, result: BlockResult) -> None:
        with entered(self.scope):
            counts = load_targets.get(TARGET)(self.scope, result.converted, f"move_in:{self.one.pk}")
            MoveInBlock.objects.add(
                self.scope,
                move_in_id=self.one.pk,
                number=result.entry.number,
                rows=counts.rows,
                versions=counts.versions,
                already=counts.already,
                differing=counts.differing,
            )
            issues = issues_of_loading(result, self.mapping.target, counts)
            rows = [_issue_row(self.scope, self.one, issue) for issue in issues]
            MoveInIssue.objects.within(self.scope).bulk_create(rows, batch_size=500)

    def _kept_files(self, rows: BinaryIO, reasons: BinaryIO) -> dict[str, Any]:
        kept = {}
        for name, stream, suffix in (("quarantine", rows, "hold"), ("reasons", reasons, "reasons")):
            stream.seek(0)
            stored = store_file(
                self.scope,
                name=f"{suffix}-{self.one.file.name}",
                chunks=iter(partial(stream.read, 1 << 20), b""),
                purpose="quarantine",
                media_type="text/csv",
            )
            kept[f"{name}_id"] = stored.pk
        return kept

    def prove(self) -> dict[str, Any]:
        """Read the register back and compare both sides, by the keys of this file: the register may hold others."""
        with entered(self.scope):
            target = Side(only=self.source.keys)
            for frame in _read_back(self.scope):
                target.add_frame(frame, self.mapping.target.primary_key)
            one = move_in_of(self.scope, self.one.pk)
            blocks = counts_of_blocks(self.scope, one)
            proof = reconcile(
                self.source, target, read=one.rows, held_back=one.quarantined, differing=blocks["differing"]
            )
            facts = {
                "loaded": target.totals.rows,
                "reconciliation": proof.as_dict() | {"already": blocks["already"]},
                "state": MoveInState.RECONCILED,
                "finished_at": timezone.now(),
            }
            MoveIn.objects.within(self.scope).filter(pk=one.pk).update(**facts)
            details = {
                "holds": proof.holds,
                "accepted": proof.accepted,
                "loaded": proof.loaded,
                "differing": proof.differing,
                "others": proof.others,
            }
            record(
                self.scope,
                event="move_in.reconciled",
                subject=f"move_in:{one.pk}",
                ground="data_migration",
                details=details,
            )
        verdict = (
            ("照合が一致しました。", "Both sides agree.") if proof.holds else ("照合に差異があります。", "They differ.")
        )
        self.run.log(*verdict, level="info" if proof.holds else "warning")
        return details


def _issue_row(scope: Scope, one: MoveIn, issue: Issue) -> MoveInIssue:
    return MoveInIssue(
        organisation_id=scope.organisation_id,
        move_in_id=one.pk,
        rule=issue.rule,
        severity=issue.severity.value,
        row=issue.row,
        item=issue.item_name,
        value=issue.value,
        message_ja=issue.message_ja,
        message_en=issue.message_en,
        remedy_ja=issue.remedy_ja,
        remedy_en=issue.remedy_en,
    )


def households_of(result: BlockResult, mapping: Mapping) -> set[str]:
    """The households of the rows set aside, as far as a row still tells its household; their papers must wait.

    Numbers are plain digits in every charset, so a row with broken letters tells its household; one with too few or too
    many columns does not, and is named in the report only.
    """
    move = next(one for one in mapping.moves if "household_number" in one.target)
    places = [mapping.source.index[key] for key in move.source]
    physical = mapping.source.physical
    found = set()
    fixed = fixed_rows(mapping.source)
    for reject in result.rejects:
        if fixed:
            with contextlib.suppress(Unmappable):
                whole = fixed.row(reject.place.raw)
                found |= {move.one(tuple(whole[place] for place in places))[0]} if whole else set()
            continue
        text = reject.place.raw.decode(physical.charset, "replace").replace("\0", "").rstrip("\r\n")
        row = next(csv.reader([text], delimiter=physical.delimiter), [])
        if len(row) == len(mapping.source.items):
            with contextlib.suppress(Unmappable):
                found.add(move.one(tuple(row[place] for place in places))[0])
    return {number for number in found if number}


def _read_back(scope: Scope) -> Iterator[Any]:
    """The target's rows as frames of text, through the reader that the target registered."""
    frames: Iterable[Any] = load_targets.get(f"{TARGET}:read")(scope, READ_BACK)
    yield from frames
