"""Who waits for whom: files to be handed over, counts to be told, signatures to be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from machikumo.kernel.tasks.domain import Task
from machikumo.rehearsals import queries
from machikumo.rehearsals.domain.steps import Block, blocks_of
from machikumo.rehearsals.signing import open_blockers
from machikumo.rehearsals.words import BLOCKS, round_title, round_title_en

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Round

MOVER = "layouts.move_in"
OPEN_IN_LIST = (Block.FILES_DIFFER, Block.LINES_OPEN, Block.ROWS_HELD)


def waiting(scope: Scope) -> Iterator[Task]:
    """What the present round of each move waits for from those who move data; the second signature is an approval."""
    if not scope.has(MOVER):
        return
    for move in queries.moves(scope):
        one = next((found for found in queries.rounds_of(scope, move) if not _is_signed(scope, found)), None)
        if one is not None:
            yield from _of_round(scope, one)


def _is_signed(scope: Scope, one: Round) -> bool:
    asked = queries.signature_of(scope, one)
    return asked is not None and asked.state == "approved"


def _of_round(scope: Scope, one: Round) -> Iterator[Task]:
    facts = queries.facts_of(scope, one)
    title, english = round_title(one), round_title_en(one)
    if not facts.files:
        yield _task(scope, one, f"{title}: 旧事業者のファイルを待っています", f"{english}: waits for the vendor's file")
        return
    blocks = blocks_of(facts)
    for block in OPEN_IN_LIST:
        if block in blocks:
            ja, en = (words.format(n=blocks[block]) for words in BLOCKS[block])
            yield _task(scope, one, f"{title}: {ja}", f"{english}: {en}", to_sheet=block is Block.LINES_OPEN)
    if facts.measured and not facts.signed and not open_blockers(scope, one):
        yield _task(scope, one, f"{title}: 署名できます", f"{english}: ready to be signed")


def _task(scope: Scope, one: Round, ja: str, en: str, *, to_sheet: bool = False) -> Task:
    name = "rehearsals:counts" if to_sheet else "rehearsals:round"
    url = reverse(name, args=[scope.organisation_code, one.pk])
    return Task(title_ja=ja, title_en=en, url=url, kind="rehearsal", due=one.planned_on, waiting_for=MOVER)
