"""Steps 1 to 3 of the demonstration: organisations, two old vendors' files, and the two moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from machikumo.kernel import ledger
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.official import municipality
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions as layouts
from machikumo.layouts.models import MoveIn, MoveInState
from machikumo.layouts.queries import move_ins as moves
from machikumo.organisations.demo import make_demo
from machikumo.organisations.queries import organisation
from machikumo.organisations.registration import command_scope
from machikumo.site.demo import moving
from machikumo.site.queries import counts_by_kind
from machikumo.synthetic.differences import DailyOrder
from machikumo.synthetic.exports import DEMO_SHARE, Export, Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.site.demo.announce import Announcer

AS_OF = date(2026, 4, 1)
PEOPLE = 1_000
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Mover:
    """A town that moves in, the old vendor that it leaves, and the share of damaged rows in its file."""

    code: str
    vendor: Vendor
    mapping: str
    seed: int
    defects: float


MOVERS = (
    Mover("182079", Vendor.KASUMI, "kasumi-to-standard", 1, DEMO_SHARE),
    Mover("403491", Vendor.MINATO, "minato-to-standard", 2, 0.0),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of ``demo --check``."""

    step: str
    passed: bool
    detail: str

    def line(self) -> str:
        """The line."""
        return f"{'pass' if self.passed else 'FAIL'}  {self.step}: {self.detail}"


def organisations(announcer: Announcer) -> Verdict:
    """Register every body of the country, the group and its members, and the demo's people."""
    accounts = make_demo()
    counts = counts_by_kind()
    announcer.note("、".join(f"{kind} {count:,}" for kind, count in counts.items()))
    announcer.note(f"練習用アカウント {accounts} / demo accounts")
    whole = (counts["ministry"], counts["prefecture"], counts["municipality"]) == (1, 47, 1_741)
    return Verdict("1 organisations 団体の登録", whole and counts["group"] >= 1, f"{sum(counts.values()):,} bodies")


def exports(announcer: Announcer, people: int) -> tuple[dict[str, Export], Verdict]:
    """Make the two old vendors' files."""
    made = {}
    for mover in MOVERS:
        order = Order(mover.code, people, mover.seed, AS_OF, mover.vendor, mover.defects)
        folder = settings.VAR / "demo" / mover.code
        made[mover.code] = make_export(order, folder, lambda done, total: announcer.progress(done, total, "people"))
        one = made[mover.code]
        name = municipality(mover.code).name
        announcer.note(f"{name}: {one.file.name} {one.records:,} 行 / rows, 不備 {one.planted} / planted defects")
    rows = sum(one.records for one in made.values())
    return made, Verdict("2 exports 旧システムのファイル", rows > 0, f"{rows:,} rows in {len(made)} files")


def moves_in(announcer: Announcer, made: dict[str, Export]) -> list[Verdict]:
    """Move both towns in and tell the prefecture and the group."""
    return [_move(announcer, mover, made[mover.code]) for mover in MOVERS]


def _move(announcer: Announcer, mover: Mover, export: Export) -> Verdict:
    town = organisation(mover.code)
    scope = command_scope(town, purpose="data_migration")
    one = _moved(scope, mover, export)
    if one is None:
        one = _move_now(scope, mover, export.file)
    step = f"3 move-in 移行 {town.name}"
    agrees = bool(one.reconciliation.get("holds"))
    verdict = "agrees" if agrees else "DIFFERS"
    detail = f"{one.rows:,} read = {one.accepted:,} accepted + {one.quarantined:,} set aside; {verdict}"
    announcer.note(f"{town.name}: {detail}")
    return Verdict(step, one.state == MoveInState.RECONCILED and agrees and one.rows == export.records, detail)


def _moved(scope: Scope, mover: Mover, export: Export) -> MoveIn | None:
    """The reconciled move-in of that very file, from an earlier run."""
    with entered(scope):
        return (
            MoveIn.objects.within(scope)
            .filter(mapping_key=mover.mapping, file__sha256=export.sha256, state=MoveInState.RECONCILED)
            .first()
        )


def begun(announcer: Announcer, people: int) -> None:
    """In the first town the officer has begun to rehearse, to ask, to plan."""
    mover = MOVERS[0]
    scope = command_scope(organisation(mover.code), purpose="data_migration")
    with entered(scope):
        one = MoveIn.objects.within(scope).filter(mapping_key=mover.mapping).earliest("pk")
    # The feed begins the day before yesterday, so that its calendar is about these days.
    began = timezone.localdate() - timedelta(days=2)
    order = DailyOrder(mover.code, people, mover.seed, began, mover.vendor, days=2)
    if moving.begin(scope, move_in_id=one.pk, mapping_key=mover.mapping, order=order):
        announcer.note("移行リハーサル・質問・日次差分・切替計画 / rehearsal, question, feed, plan of the cut-over")


def _move_now(scope: Scope, mover: Mover, file: Path) -> MoveIn:
    one = layouts.receive(scope, name=file.name, chunks=_chunks(file), mapping_key=mover.mapping)
    started = layouts.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        one = moves.move_in_of(scope, one.pk)
    if one.state == MoveInState.RECONCILED:
        layouts.report_upward(scope, move_in_id=one.pk)
    return one


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while block := stream.read(CHUNK):
            yield block


def sealed() -> None:
    """Seal what has been recorded, so that the auditor's page begins with a checkpoint."""
    seal: Callable[[], object] = ledger.seal
    seal()
