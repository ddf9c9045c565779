"""The machine's part of the work: count the use, compare every figure; it goes on where it stopped."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from machikumo.gaiji import actions
from machikumo.gaiji.domain.fonts import read_font
from machikumo.gaiji.domain.inventory import inventory, texts_of
from machikumo.gaiji.figures import figure_font
from machikumo.gaiji.models import Verdict
from machikumo.gaiji.queries import figures_of, set_of
from machikumo.kernel.files import store
from machikumo.kernel.jobs import Run, job
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from machikumo.gaiji.domain.index import Ranking
    from machikumo.gaiji.figures import FigureFont
    from machikumo.gaiji.models import GaijiFigure, GaijiSet
    from machikumo.kernel.scope import Scope

BATCH = 64


def register_all() -> None:
    """Importing this module registered the job."""


@job("gaiji.identify")
def identify(scope: Scope, run: Run, set_id: int) -> dict[str, Any]:
    """Count the use of a set's characters and find candidates for its figures."""
    with entered(scope):
        one = set_of(scope, set_id)
        waiting = list(figures_of(scope, one, show=Verdict.WAITING))
    if one.data_id:
        _count(scope, run, one)
    font = figure_font(progress=lambda done, total: run.progress(done, total, "書体の索引を作る", "Index of the font"))
    outlines = read_font(store.place_of(scope, one.font.token).read_bytes()).figures
    rankings = font.index.ranked(outlines[figure.code] for figure in waiting)
    figures, done = iter(waiting), 0
    while batch := list(islice(figures, BATCH)):
        found = [_kept(font, figure, next(rankings)) for figure in batch]
        actions.keep_rankings(scope, set_id=set_id, found=found)
        done += len(batch)
        run.progress(done, len(waiting), "図形を照合する", "Comparing figures")
    actions.finish(scope, set_id=set_id, candidates_from=font.coverage.digest)
    return {"figures": len(waiting)}


def _count(scope: Scope, run: Run, one: GaijiSet) -> None:
    run.progress(0, 0, "使われている数を数える", "Counting the use")
    if one.data is None:
        return
    with store.place_of(scope, one.data.token).open("rb") as stream:
        counted = inventory(texts_of(stream, charset=one.charset, key_column=one.key_column))
    actions.count_use(scope, set_id=one.pk, counted=counted)


def _kept(
    font: FigureFont, figure: GaijiFigure, ranking: Ranking
) -> tuple[GaijiFigure, Verdict, list[tuple[str, str, str, float]]]:
    """What is kept of a ranking: each candidate with its writing and its picture as they are now."""
    if ranking.is_blank:
        return figure, Verdict.BLANK, []
    candidates = [
        (one.figure, font.text_of(one.figure), font.picture(one.figure), one.distance) for one in ranking.candidates
    ]
    return figure, Verdict.CANDIDATES if candidates else Verdict.NO_CANDIDATE, candidates
