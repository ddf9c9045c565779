"""A small made-up town, loaded into a fresh tenant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.register import actions

if TYPE_CHECKING:
    import polars as pl

    from machikumo.kernel.scope import Scope


def frame_of(people: int = 120, seed: int = 5, code: str = "182079") -> pl.DataFrame:
    import polars as pl

    from machikumo.synthetic.towns import households

    rows = [row for home in households(code, people, seed, date(2026, 4, 1)) for row in home.rows]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(rows[0], pl.String), infer_schema_length=None)


@pytest.fixture(scope="session")
def frame() -> Any:
    return frame_of()


@pytest.fixture
def loaded(scope: Scope, frame: pl.DataFrame) -> Scope:
    actions.load_block(scope, frame=frame, source="test")
    return scope
