"""Publishing the approved map, taking one over as proposals, and bringing the official table of reduced forms."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from machikumo.gaiji.actions.deciding import propose
from machikumo.gaiji.domain import maps
from machikumo.gaiji.domain.decisions import Decision, Outcome
from machikumo.gaiji.domain.errors import WrongDecision
from machikumo.gaiji.domain.official import reductions
from machikumo.gaiji.models import GaijiMapVersion, ReducedForm, ReductionTable, Status
from machikumo.gaiji.queries import confirmed_of, coverage_of, figures_of, set_of, versions_of
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record
from machikumo.kernel.tasks.people import names_of

if TYPE_CHECKING:
    from machikumo.gaiji.models import GaijiDecision, GaijiSet
    from machikumo.kernel.scope import Scope

GROUND = "data_migration"


@action(permission="layouts.approve")
def publish(scope: Scope, *, set_id: int) -> GaijiMapVersion:
    """The confirmed decisions of a set as the next version of its map, for ever.

    Raises:
        WrongDecision: nothing is identified yet, or two characters lead to one.
        Conflict: nothing has changed since the last version.
    """
    one = set_of(scope, set_id)
    confirmed = confirmed_of(scope, one)
    last = versions_of(scope, one).first()
    edition = timezone.localdate().isoformat()
    if not any(row.outcome == Outcome.IDENTIFIED for row in confirmed):
        raise WrongDecision("確認済みの同定がまだありません。", "No identification is confirmed yet.")
    if last and maps.written(_map(scope, one, confirmed, last.version, last.edition)) == last.content:
        raise Conflict(
            f"第{last.version}版から変わっていません。", f"Nothing has changed since version {last.version}."
        )
    version = last.version + 1 if last else 1
    approved = _map(scope, one, confirmed, version, edition)
    content, covered = maps.written(approved), coverage_of(scope, one)
    row = GaijiMapVersion.objects.add(
        scope,
        gaiji_set=one,
        version=version,
        edition=edition,
        digest=maps.digest_of(content),
        content=content,
        forms=_forms(confirmed),
        identified=len(approved.lines),
        undecided=len(approved.undecided),
        cells_percent=covered.cells.percent,
        people_percent=covered.people.percent,
        published_by=scope.person,
    )
    facts = {"version": version, "digest": row.digest, "identified": row.identified, "undecided": row.undecided}
    record(scope, event="gaiji.published", subject=f"gaiji_set:{set_id}", ground=GROUND, details=facts)
    return row


def _map(scope: Scope, one: GaijiSet, confirmed: list[GaijiDecision], version: int, edition: str) -> maps.ApprovedMap:
    names = names_of(scope, {person for row in confirmed for person in (row.decided_by, row.reviewed_by)})
    identified = [row for row in confirmed if row.outcome == Outcome.IDENTIFIED]
    done = {row.figure_id: row for row in confirmed}
    return maps.ApprovedMap(
        maps.Head(
            key=one.key,
            version=str(version),
            name=f"{one.system} 外字対応表",
            organisation=scope.organisation_code,
            source=f"外字フォント {one.font_sha256}、候補の書体 {one.candidates_from or '―'}",
            edition=edition,
            charset=one.charset if one.charset == "cp932" else "utf-8",
        ),
        tuple(_line(row, names) for row in identified),
        {
            figure.code: _note(done.get(figure.pk))
            for figure in figures_of(scope, one)
            if figure.pk not in done or done[figure.pk].outcome == Outcome.KEPT
        },
    )


def _line(row: GaijiDecision, names: dict[str, str]) -> maps.Line:
    people = [names[row.decided_by], names[row.reviewed_by]]
    if len(set(people)) < len(people):  # two people of one name are told apart by their accounts
        people = [row.decided_by, row.reviewed_by]
    return maps.Line(row.figure.code, row.text, row.name, tuple(people), _day(row), row.reason)


def _note(row: GaijiDecision | None) -> str:
    return f"図形のまま残す（{_day(row)} 決定）: {row.reason}" if row else "未決定"


def _day(row: GaijiDecision) -> str:
    return timezone.localdate(row.reviewed_at).isoformat()


def _forms(confirmed: list[GaijiDecision]) -> list[dict[str, Any]]:
    """The three forms of each identified figure, for systems that need another than the exact one."""
    return [
        {
            "code": row.figure.label,
            "figure": row.name,
            "exact": row.text,
            "display": row.display,
            "reduced": row.reduced,
            "reduced_to": row.reduced_to,
            "ground": row.ground,
        }
        for row in confirmed
        if row.outcome == Outcome.IDENTIFIED
    ]


@action(permission="layouts.gaiji")
def import_map(scope: Scope, *, set_id: int, text: str) -> tuple[int, int]:
    """Take a map over: each line whose figure is open becomes a proposal that somebody else must still confirm.

    Gives how many were proposed and how many passed over (no such figure, or decided already).

    Raises:
        UnreadableFile: it is no map.
    """
    one = set_of(scope, set_id)
    found = maps.read(text)
    open_figures = {figure.code: figure for figure in figures_of(scope, one, show=Status.OPEN)}
    proposed = [line for line in found.lines if line.code in open_figures]
    for line in proposed:
        propose(scope, figure_id=open_figures[line.code].pk, decision=_taken_over(line, found.head))
    passed = len(found.lines) - len(proposed)
    facts = {"map": found.head.key, "version": found.head.version, "proposed": len(proposed), "passed_over": passed}
    record(scope, event="gaiji.map_imported", subject=f"gaiji_set:{set_id}", ground=GROUND, details=facts)
    return len(proposed), passed


def _taken_over(line: maps.Line, head: maps.Head) -> Decision:
    said = f"{head.name} 第{head.version}版から: {'、'.join(line.decided_by)}（{line.decided_on}）{line.ground}"
    return Decision(Outcome.IDENTIFIED, said, line.figure, line.text, line.text)


@action(permission="layouts.gaiji")
def import_reductions(scope: Scope, *, name: str, data: bytes) -> ReductionTable:
    """Keep the town's own download of the official table of reduced forms; the newest is used.

    Raises:
        UnreadableFile: it is not that table.
        Conflict: the same file is here already.
    """
    rows = reductions(data)
    digest = hashlib.sha256(data).hexdigest()
    try:
        with transaction.atomic():
            table = ReductionTable.objects.add(
                scope, name=name[-255:], sha256=digest, rows=len(rows), imported_by=scope.person
            )
    except IntegrityError:
        raise Conflict("同じファイルはもう取り込まれています。", "This very file is here already.") from None
    ReducedForm.objects.within(scope).bulk_create(
        [
            ReducedForm(
                organisation_id=scope.organisation_id,
                table=table,
                figure=row.figure,
                order=row.order,
                text=row.text,
                reduced_to=row.reduced_to.value,
                ground=row.ground.value,
            )
            for row in rows
        ],
        batch_size=2_000,
    )
    facts = {"sha256": digest, "rows": len(rows)}
    record(
        scope, event="gaiji.reductions_imported", subject=f"reduction_table:{table.pk}", ground=GROUND, details=facts
    )
    return table
