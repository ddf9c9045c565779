"""Stored files: whole or not at all, and never another town's."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.errors import NotFound
from machikumo.kernel.files import actions, store
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.files.store import BrokenUpload
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def test_a_file_is_kept_byte_by_byte(scope: Scope) -> None:
    stored = actions.store_file(scope, name="住基.csv", chunks=[b"\x82\xa0", b"\r\n"], purpose="move_in")
    row, place = actions.open_file(scope, token=stored.token)
    assert place.read_bytes() == b"\x82\xa0\r\n"
    assert (row.size, row.sha256) == (4, hashlib.sha256(b"\x82\xa0\r\n").hexdigest())


def test_an_upload_that_breaks_off_leaves_neither_row_nor_bytes(scope: Scope) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        actions.store_file(scope, name="a.csv", chunks=broken(), purpose="move_in")
    with entered(scope):
        assert not StoredFile.objects.within(scope).exists()
    folder = store.place_of(scope, "x").parent  # type: ignore[arg-type]  # only the folder is asked
    assert list(folder.iterdir()) == []


def test_fewer_bytes_than_announced_are_refused_in_words(scope: Scope) -> None:
    with pytest.raises(BrokenUpload) as refused:
        actions.store_file(scope, name="a.csv", chunks=[b"abc"], purpose="move_in", expected=10)
    assert "10" in refused.value.message_ja
    assert "send it again" in refused.value.message_en


def test_another_town_cannot_open_the_file(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    stored = actions.store_file(scope, name="a.csv", chunks=[b"abc"], purpose="move_in")
    with pytest.raises(NotFound):
        actions.open_file(scope_of(other_town), token=stored.token)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.csv", "/abs/olute.csv"])
def test_a_name_never_leads_out_of_the_folder(scope: Scope, name: str) -> None:
    stored = actions.store_file(scope, name=name, chunks=[b"x"], purpose="move_in")
    assert "/" not in stored.name
    assert "\\" not in stored.name
    assert store.place_of(scope, stored.token).parent.name == scope.organisation_code
