"""Receiving a font and a file, and keeping what the machine finds in them: use and candidates, never a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from machikumo.gaiji.domain.errors import GaijiError
from machikumo.gaiji.domain.fonts import read_font
from machikumo.gaiji.domain.outlines import svg_path
from machikumo.gaiji.models import GaijiCandidate, GaijiFigure, GaijiSet, SetState, Verdict
from machikumo.gaiji.queries import set_of
from machikumo.kernel.errors import Conflict
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from machikumo.gaiji.domain.fonts import GaijiFont
    from machikumo.gaiji.domain.inventory import Inventory
    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.jobs.models import JobRun
    from machikumo.kernel.scope import Scope

GROUND = "data_migration"
Found = tuple[GaijiFigure, Verdict, "Sequence[tuple[str, str, str, float]]"]  # name, writing, picture, distance


@action(permission="layouts.gaiji")
def receive(
    scope: Scope,
    *,
    key: str,
    system: str,
    font_name: str,
    font: bytes,
    data: StoredFile | None = None,
    charset: str = "cp932",
    key_column: str = "",
) -> GaijiSet:
    """A new set from the bytes of a font; its figures are open, nobody has decided anything.

    Raises:
        UnreadableFont: the font is no usable one.
        Conflict: the key is taken.
    """
    found = read_font(font)
    stored = store_file(scope, name=font_name, chunks=[font], purpose="gaiji_font", media_type="font/ttf")
    try:
        with transaction.atomic():
            one = GaijiSet.objects.add(
                scope,
                key=key,
                system=system,
                font=stored,
                font_sha256=found.sha256,
                family=found.family[:200],
                data=data,
                charset=charset,
                key_column=key_column,
                received_by=scope.person,
            )
    except IntegrityError:
        raise Conflict(
            f"キー「{key}」の外字セットはもうあります。別のキーにしてください。",
            f"There is a set with the key '{key}' already: choose another.",
        ) from None
    GaijiFigure.objects.within(scope).bulk_create(_rows(scope, one, found), batch_size=500)
    facts = {"font": found.sha256, "figures": len(found.figures), "broken": len(found.broken)}
    record(scope, event="gaiji.received", subject=f"gaiji_set:{one.pk}", ground=GROUND, details=facts)
    return one


def _rows(scope: Scope, one: GaijiSet, font: GaijiFont) -> Iterable[GaijiFigure]:
    for code, outline in font.figures.items():
        yield GaijiFigure(organisation_id=scope.organisation_id, gaiji_set=one, code=code, picture=svg_path(outline))
    for code in font.broken:
        yield GaijiFigure(organisation_id=scope.organisation_id, gaiji_set=one, code=code, verdict=Verdict.BROKEN)


@action(permission="layouts.gaiji")
def start(scope: Scope, *, set_id: int) -> JobRun:
    """Queue the counting and the comparing; asking again starts nothing anew."""
    one = set_of(scope, set_id)
    key = f"gaiji.identify:{set_id}"
    run = jobs.start(scope, kind="gaiji.identify", idempotency_key=key, arguments={"set_id": set_id})
    GaijiSet.objects.within(scope).filter(pk=one.pk).update(job_run_id=run.pk)
    record(scope, event="gaiji.started", subject=f"gaiji_set:{set_id}", ground=GROUND)
    return run


@action(permission="layouts.gaiji")
def count_use(scope: Scope, *, set_id: int, counted: Inventory) -> None:
    """Keep how often each figure is used; a used character that the font lacks becomes a figure without a picture."""
    one = set_of(scope, set_id)
    rows = {row.code: row for row in GaijiFigure.objects.within(scope).filter(gaiji_set=one)}
    for row in rows.values():
        row.cells, row.people, row.columns = 0, 0, {}
    lacking: list[GaijiFigure] = []
    for use in counted.uses:
        row = rows.get(use.code) or _lacking(scope, one, use.code)
        if use.code not in rows:
            lacking.append(row)
        row.cells, row.people, row.columns = use.cells, use.people, dict(use.columns)
    known = GaijiFigure.objects.within(scope)
    known.bulk_update(rows.values(), ["cells", "people", "columns"], batch_size=500)
    known.bulk_create(lacking, batch_size=500)
    sums = {"texts": counted.texts, "used_cells": counted.cells, "used_people": counted.people}
    GaijiSet.objects.within(scope).filter(pk=one.pk).update(**sums)
    facts = {**sums, "characters": len(counted.uses), "not_in_font": len(lacking)}
    record(scope, event="gaiji.counted", subject=f"gaiji_set:{set_id}", ground=GROUND, details=facts)


def _lacking(scope: Scope, one: GaijiSet, code: int) -> GaijiFigure:
    return GaijiFigure(organisation_id=scope.organisation_id, gaiji_set=one, code=code, verdict=Verdict.MISSING)


@action(permission="layouts.gaiji")
def keep_rankings(scope: Scope, *, set_id: int, found: Sequence[Found]) -> None:
    """Keep the candidates of some figures that wait for them; what was kept before stays as it was."""
    one = set_of(scope, set_id)
    waiting = set(
        GaijiFigure.objects.within(scope)
        .filter(gaiji_set=one, verdict=Verdict.WAITING, pk__in=[figure.pk for figure, _, _ in found])
        .values_list("pk", flat=True)
    )
    fresh = [entry for entry in found if entry[0].pk in waiting]
    for figure, verdict, _ in fresh:
        figure.verdict = verdict
    GaijiFigure.objects.within(scope).bulk_update([figure for figure, _, _ in fresh], ["verdict"])
    GaijiCandidate.objects.within(scope).bulk_create(
        [
            GaijiCandidate(
                organisation_id=scope.organisation_id,
                figure=figure,
                rank=rank,
                name=name,
                text=text,
                picture=picture,
                distance=distance,
            )
            for figure, _, candidates in fresh
            for rank, (name, text, picture, distance) in enumerate(candidates, 1)
        ]
    )
    facts = {"figures": len(fresh), "with_candidates": sum(bool(candidates) for _, _, candidates in fresh)}
    record(scope, event="gaiji.compared", subject=f"gaiji_set:{set_id}", ground=GROUND, details=facts)


@action(permission="layouts.gaiji")
def finish(scope: Scope, *, set_id: int, candidates_from: str) -> None:
    """Say that the machine's part is done, and from which font the candidates came (its digest)."""
    one = set_of(scope, set_id)
    if not candidates_from:
        raise GaijiError("照合に使った書体がありません。", "The font of the candidates is missing.")
    GaijiSet.objects.within(scope).filter(pk=one.pk).update(state=SetState.READY, candidates_from=candidates_from)
    record(
        scope,
        event="gaiji.ready",
        subject=f"gaiji_set:{set_id}",
        ground=GROUND,
        details={"candidates_from": candidates_from},
    )
