"""Stored files: whole or not at all, closed on the disk, and never another town's."""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import uuid
from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.errors import NotFound
from machikumo.kernel.files import actions, doors, queries, store
from machikumo.kernel.files.domain.sealing import FileDamaged
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.files.store import BrokenUpload, FileGone
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

NUMBER = b"123456789018"


def kept(scope: Scope, data: bytes = b"abc") -> StoredFile:
    return actions.store_file(scope, name="a.csv", chunks=[data], purpose="move_in")


def made_old(path: Path) -> None:
    os.utime(path, (1, 1))


def swept(scope: Scope) -> int:
    with entered(scope):
        return doors.sweep(scope)


def test_a_file_is_kept_byte_by_byte(scope: Scope) -> None:
    stored = actions.store_file(scope, name="住基.csv", chunks=[b"\x82\xa0", b"\r\n"], purpose="move_in")
    row, place = actions.open_file(scope, token=stored.token)
    assert place.read_bytes() == b"\x82\xa0\r\n"
    assert (row.size, row.sha256) == (4, hashlib.sha256(b"\x82\xa0\r\n").hexdigest())


def test_no_number_is_readable_on_the_disk_and_nobody_else_may_read_the_file(scope: Scope) -> None:
    stored = kept(scope, NUMBER * 40_000)
    path = store.place_of(scope, stored.token).path
    assert NUMBER not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_was_altered_or_put_in_anothers_place_is_refused(scope: Scope) -> None:
    first, second = store.place_of(scope, kept(scope).token).path, store.place_of(scope, kept(scope).token).path
    second.write_bytes(first.read_bytes())
    with pytest.raises(FileDamaged), entered(scope):
        store.place_of(scope, uuid.UUID(second.name)).open()


def test_an_upload_that_breaks_off_leaves_neither_row_nor_bytes(scope: Scope) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        actions.store_file(scope, name="a.csv", chunks=broken(), purpose="move_in")
    with entered(scope):
        assert not StoredFile.objects.within(scope).exists()
    assert list(store.folder_of(scope).iterdir()) == []


def test_fewer_bytes_than_announced_are_refused_in_words(scope: Scope) -> None:
    with pytest.raises(BrokenUpload) as refused:
        actions.store_file(scope, name="a.csv", chunks=[b"abc"], purpose="move_in", expected=10)
    assert "10" in refused.value.message_ja
    assert "send it again" in refused.value.message_en


def test_another_town_cannot_open_the_file(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    stored = kept(scope)
    with pytest.raises(NotFound):
        actions.open_file(scope_of(other_town), token=stored.token)
    with pytest.raises(NotFound):
        actions.remove_file(scope_of(other_town), token=stored.token, ground="test")


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.csv", "/abs/olute.csv"])
def test_a_name_never_leads_out_of_the_folder(scope: Scope, name: str) -> None:
    stored = actions.store_file(scope, name=name, chunks=[b"x"], purpose="move_in")
    assert "/" not in stored.name
    assert "\\" not in stored.name
    assert store.place_of(scope, stored.token).path.parent.name == scope.organisation_code


def test_a_file_taken_away_leaves_its_hash_and_its_ledger_row_and_says_so(scope: Scope) -> None:
    stored = kept(scope)
    for _ in range(2):
        gone = actions.remove_file(scope, token=stored.token, ground="retention")
    assert not store.place_of(scope, stored.token).path.exists()
    assert gone.sha256 == hashlib.sha256(b"abc").hexdigest()
    with pytest.raises(FileGone) as refused:
        actions.open_file(scope, token=stored.token)
    assert "消去" in refused.value.message_ja
    rows = ledger.access_record_of(scope, f"file:{stored.token}")
    assert [row.event for row in rows] == ["file.removed", "file.removed", "file.stored"]


def test_bytes_stay_when_the_removal_is_undone(scope: Scope) -> None:
    stored = kept(scope)

    def undone() -> None:
        with entered(scope):
            actions.remove_file(scope, token=stored.token, ground="retention")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert actions.open_file(scope, token=stored.token)[1].read_bytes() == b"abc"


def test_the_sweep_takes_old_orphans_and_halves_and_nothing_else(scope: Scope) -> None:
    mine = store.place_of(scope, kept(scope).token).path
    orphan, half, young, foreign = (
        mine.with_name(name) for name in (str(uuid.uuid4()), f"{uuid.uuid4()}.part", str(uuid.uuid4()), "notes.txt")
    )
    for path in (orphan, half, young, foreign):
        path.write_bytes(b"x")
    for path in (mine, orphan, half, foreign):
        made_old(path)
    assert swept(scope) == 2
    assert {path.name for path in mine.parent.iterdir()} == {mine.name, young.name, foreign.name}
    assert swept(scope) == 0


def test_a_town_without_a_file_has_nothing_to_sweep(scope: Scope) -> None:
    assert swept(scope) == 0


def test_a_file_of_an_older_edition_is_closed_by_the_sweep_when_it_has_its_rows_hash(scope: Scope) -> None:
    good, forged = kept(scope, NUMBER), kept(scope, NUMBER)
    store.place_of(scope, good.token).path.write_bytes(NUMBER)
    store.place_of(scope, forged.token).path.write_bytes(b"forged")
    assert swept(scope) == 1
    assert NUMBER not in store.place_of(scope, good.token).path.read_bytes()
    assert actions.open_file(scope, token=good.token)[1].read_bytes() == NUMBER
    with pytest.raises(NotFound, match="壊れています"):
        actions.open_file(scope, token=forged.token)


def test_files_that_were_taken_away_are_not_kept(scope: Scope) -> None:
    stays, goes = kept(scope), kept(scope)
    actions.remove_file(scope, token=goes.token, ground="retention")
    with entered(scope):
        assert set(queries.hashes_kept(scope)) == {stays.token}


def test_another_process_opens_the_same_file_by_what_it_is_handed_and_the_key_is_never_printed(scope: Scope) -> None:
    stored = kept(scope, NUMBER)
    with actions.open_file(scope, token=stored.token)[1].open() as stream:
        again = pickle.loads(pickle.dumps(stream.again))  # noqa: S301 - our own
    assert again().read() == NUMBER
    assert repr(again.key) not in repr(again)


def test_the_stream_has_no_descriptor_by_which_a_server_would_send_the_closed_bytes(scope: Scope) -> None:
    with actions.open_file(scope, token=kept(scope).token)[1].open() as stream, pytest.raises(OSError, match="fileno"):
        stream.fileno()


def test_a_place_is_only_read(scope: Scope) -> None:
    with pytest.raises(ValueError, match="only read"):
        store.place_of(scope, kept(scope).token).open("wb")
