"""Reading moves, rounds, their files, counts and signatures; scope first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.approvals import queries as approvals
from machikumo.kernel.errors import NotFound
from machikumo.kernel.jobs.queries import run_of
from machikumo.layouts.queries.held import mended_runs
from machikumo.rehearsals.domain.counting import lines_of
from machikumo.rehearsals.domain.results import sum_of
from machikumo.rehearsals.domain.steps import RECONCILED, FileFacts, RoundFacts
from machikumo.rehearsals.models import Move, Remark, Round, RoundFile, RoundKind, ToldCount
from machikumo.rehearsals.systems import count_sheets

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.domain.counting import CountLine

KIND = "rehearsals.round"  # of the approval
UNDONE = "undone"  # a load that was taken back


def moves(scope: Scope) -> QuerySet[Move]:
    """All moves of the municipality, the first planned first."""
    return Move.objects.within(scope).order_by("pk")


def move_of(scope: Scope, move_id: int) -> Move:
    """One move; NotFound for any other municipality's."""
    found = moves(scope).filter(pk=move_id).first()
    if found is None:
        raise NotFound
    return found


def rounds_of(scope: Scope, move: Move) -> list[Round]:
    """The rounds of a move in order, the real one last."""
    return list(Round.objects.within(scope).filter(move=move).select_related("move", "evidence").order_by("number"))


def round_of(scope: Scope, round_id: int) -> Round:
    """One round with its move; NotFound for any other municipality's."""
    found = Round.objects.within(scope).select_related("move", "evidence").filter(pk=round_id).first()
    if found is None:
        raise NotFound
    return found


def open_rounds(scope: Scope) -> QuerySet[Round]:
    """The rounds that have files."""
    return Round.objects.within(scope).filter(files__isnull=False).select_related("move").distinct().order_by("pk")


def files_of(scope: Scope, one: Round) -> list[Any]:
    """The move-ins of a round, in the order in which they came to it; of a mended file the newest run stands for it."""
    rows = RoundFile.objects.within(scope).filter(round=one).select_related("move_in__file").order_by("pk")
    return [newest_of(scope, row.move_in) for row in rows]


def first_files_of(scope: Scope, one: Round) -> list[Any]:
    """The move-ins as they were handed over, in the order of ``files_of``: rows set aside are mended there."""
    rows = RoundFile.objects.within(scope).filter(round=one).select_related("move_in__file").order_by("pk")
    return [row.move_in for row in rows]


def newest_of(scope: Scope, run: Any) -> Any:
    """The newest run of a file's mended rows, which has the whole file with them; the run itself when there is none."""
    while (newer := mended_runs(scope, run).exclude(state=UNDONE).first()) is not None:
        run = newer
    return run


def taken(scope: Scope) -> frozenset[int]:
    """The move-ins that belong to a round already."""
    return frozenset(RoundFile.objects.within(scope).values_list("move_in_id", flat=True))


def previous_of(scope: Scope, one: Round) -> Round | None:
    """The nearest round before this one that has files: what it is compared with."""
    before = Round.objects.within(scope).filter(move_id=one.move_id, number__lt=one.number, files__isnull=False)
    return before.select_related("move").distinct().order_by("-number").first()


def is_measured(one: Round, files: list[Any]) -> bool:
    """Whether what was counted is of just these files, all moved in."""
    return bool(files) and one.measured_files == [found.pk for found in files] and bool(one.measured)


def count_lines(scope: Scope, one: Round) -> tuple[CountLine, ...]:
    """The count sheet of a round, both sides; empty where the business system has none."""
    sheet = count_sheets().get(one.move.system)
    if sheet is None:
        return ()
    rows = ToldCount.objects.within(scope).filter(round=one)
    told = {row.key: (row.theirs, row.explanation) for row in rows}
    return lines_of(sheet, one.measured.get("sheet", {}), told)


def remarks_of(scope: Scope, one: Round) -> dict[int, Remark]:
    """Why files differ, by the number of their move-in."""
    return {row.move_in_id: row for row in Remark.objects.within(scope).filter(round=one)}


def subject_of(one: Round) -> str:
    """The round as the ledger and the approvals name it."""
    return f"rehearsal:{one.pk}"


def signature_of(scope: Scope, one: Round) -> Approval | None:
    """The latest request for the second signature, whatever became of it."""
    return approvals.latest_for(scope, KIND, subject_of(one))


def facts_of(scope: Scope, one: Round, files: list[Any] | None = None) -> RoundFacts:
    """What the work says about a round."""
    found = files_of(scope, one) if files is None else files
    remarks = remarks_of(scope, one)
    measured = is_measured(one, found)
    lines = count_lines(scope, one)
    previous = previous_of(scope, one)
    asked = signature_of(scope, one)
    state = asked.state if asked else ""
    return RoundFacts(
        files=tuple(_file_facts(row, remarks, is_real=one.kind == RoundKind.REAL) for row in found),
        is_real=one.kind == RoundKind.REAL,
        has_previous=previous is not None,
        measured=measured,
        compared=bool(measured and previous and one.difference.get("with") == previous.number),
        held_open=sum_of(one.measured, "held_open"),
        lines_told=sum(line.theirs is not None for line in lines),
        lines_open=sum(line.is_open for line in lines),
        lines_of_sheet=len(lines),
        signed=state in {"requested", "approved"},
        countersigned=state == "approved",
        reported=one.reported_at is not None,
    )


def _state_of(row: Any, *, is_real: bool) -> str:
    """A rehearsal's load that was undone after its proof stays proved; the real move's must be there."""
    return RECONCILED if row.state == UNDONE and row.reconciliation and not is_real else str(row.state)


def _file_facts(row: Any, remarks: dict[int, Remark], *, is_real: bool) -> FileFacts:
    return FileFacts(
        move_in_id=row.pk,
        name=row.file.name,
        state=_state_of(row, is_real=is_real),
        rows=row.rows,
        accepted=row.accepted,
        quarantined=row.quarantined,
        loaded=row.loaded,
        holds=bool(row.reconciliation.get("holds")),
        explained=row.pk in remarks,
    )


def is_being_measured(scope: Scope, one: Round, files: list[Any]) -> bool:
    """Whether these very files are being counted, or were tried and failed: nobody starts it anew by itself."""
    run = run_of(scope, one.job_run_id) if one.job_run_id else None
    return run is not None and run.arguments.get("files") == [row.pk for row in files]
