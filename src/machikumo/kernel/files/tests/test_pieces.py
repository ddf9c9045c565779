"""Small pieces that lie closed in a table: only their organisation opens them, under their own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.files.domain.sealing import FileDamaged
from machikumo.kernel.files.pieces import close_piece, open_piece
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def test_a_piece_comes_back_and_is_never_closed_the_same_way_twice(scope: Scope) -> None:
    with entered(scope):
        first, second = (close_piece(scope, "row:1", b"secret") for _ in range(2))
    assert first != second
    assert b"secret" not in first
    assert open_piece(scope, "row:1", first) == open_piece(scope, "row:1", second) == b"secret"
    with entered(scope):
        assert open_piece(scope, "row:2", close_piece(scope, "row:2", b"")) == b""


def test_a_piece_that_is_altered_cut_renamed_or_anothers_does_not_open(
    scope: Scope, scope_of: Callable[..., Scope], other_town: Organisation
) -> None:
    other = scope_of(other_town)
    with entered(scope):
        piece = close_piece(scope, "row:1", b"secret")
    with entered(other):
        close_piece(other, "row:1", b"so that it has a key")
    for whose, name, data in (
        (scope, "row:2", piece), (scope, "row:1", piece[:-1]), (scope, "row:1", piece[:-1] + b"\x00"),
        (scope, "row:1", b""), (other, "row:1", piece),
    ):  # fmt: skip
        with pytest.raises(FileDamaged):
            open_piece(whose, name, data)


def test_a_piece_is_small(scope: Scope) -> None:
    with entered(scope), pytest.raises(ValueError, match="256 KiB"):
        close_piece(scope, "row:1", b"x" * ((1 << 18) + 1))
