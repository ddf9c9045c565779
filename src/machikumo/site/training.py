"""Filling a training town with made-up people, by the same doors as an old vendor's file."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.kernel.tenancy.doors import entered, organisation_of
from machikumo.layouts import actions as layouts
from machikumo.layouts.moving import move_in
from machikumo.synthetic.exports import DEMO_SHARE, Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from machikumo.kernel.jobs import Run
    from machikumo.kernel.scope import Scope

AS_OF = date(2026, 4, 1)
MAPPING = "kasumi-to-standard"


def refill(scope: Scope, run: Run, *, people: int, seed: int) -> dict[str, Any]:
    """Make a town of that many people and move it in; gives the counts of the move.

    Raises NoTowns in words where the table of towns has nothing of this municipality.
    """
    with tempfile.TemporaryDirectory() as folder:
        with entered(scope):
            town = organisation_of(scope)
        order = Order(town.practice_of or town.code, people, seed, AS_OF, Vendor.KASUMI, DEMO_SHARE)
        made = make_export(order, Path(folder))
        run.log(
            f"架空の住民 {made.persons:,} 人のファイルを作りました。", f"A file of {made.persons:,} made-up people."
        )
        with made.file.open("rb") as stream:
            chunks = iter(lambda: stream.read(1 << 20), b"")
            one = layouts.receive(scope, name=made.file.name, chunks=chunks, mapping_key=MAPPING)
    return move_in(scope, run, one.pk)
