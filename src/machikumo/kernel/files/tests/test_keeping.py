"""Stored files as an attacker, a broken disk and a careless name would have them."""

from __future__ import annotations

import hashlib
import tracemalloc
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import DataError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.files import actions, queries, store
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

MEBIBYTE = 1 << 20


def stored(scope: Scope, *chunks: bytes, name: str = "a.csv", purpose: str = "move_in") -> StoredFile:
    return actions.store_file(scope, name=name, chunks=chunks, purpose=purpose)


def folder_of(scope: Scope) -> Path:
    return store.place_of(scope, uuid.uuid4()).parent


def bytes_kept(scope: Scope) -> list[Path]:
    folder = folder_of(scope)
    return list(folder.iterdir()) if folder.exists() else []


@given(chunks=st.lists(st.binary(max_size=200), max_size=6))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_come_in_whatever_pieces_are_kept_with_their_size_and_digest(
    scope: Scope, chunks: list[bytes]
) -> None:
    row, place = actions.open_file(scope, token=stored(scope, *chunks).token)
    whole = b"".join(chunks)
    assert place.read_bytes() == whole
    assert (row.size, row.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())


def test_a_file_of_no_bytes_is_a_file(scope: Scope) -> None:
    row, place = actions.open_file(scope, token=stored(scope).token)
    assert (row.size, place.read_bytes()) == (0, b"")
    assert row.sha256 == hashlib.sha256(b"").hexdigest()


def test_the_same_bytes_twice_are_two_files_with_one_digest(scope: Scope) -> None:
    one, two = stored(scope, b"same"), stored(scope, b"same")
    assert one.token != two.token
    assert one.sha256 == two.sha256
    assert len(bytes_kept(scope)) == 2


def test_a_big_file_goes_through_in_pieces_and_never_as_a_whole(scope: Scope) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(48):
            yield bytes(MEBIBYTE)

    stored(scope, b"warm")
    tracemalloc.start()
    try:
        row = actions.store_file(scope, name="big.csv", chunks=pieces(), purpose="move_in", expected=48 * MEBIBYTE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert row.size == 48 * MEBIBYTE
    assert peak < 8 * MEBIBYTE


@pytest.mark.parametrize("expected", [0, 2, 4, 1 << 40])
def test_another_number_of_bytes_than_announced_leaves_nothing(scope: Scope, expected: int) -> None:
    with pytest.raises(store.BrokenUpload) as refused:
        actions.store_file(scope, name="a.csv", chunks=[b"abc"], purpose="move_in", expected=expected)
    assert f"{expected:,}" in refused.value.message_ja
    assert bytes_kept(scope) == []
    with entered(scope):
        assert not StoredFile.objects.within(scope).exists()


def test_a_row_that_cannot_be_written_leaves_no_bytes_behind(scope: Scope) -> None:
    with pytest.raises(DataError):
        actions.store_file(scope, name="a.csv", chunks=[b"x"], purpose="p" * 61)
    assert bytes_kept(scope) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("住基　抽出.csv", "住基　抽出.csv"),
        ("葛\U000e0102城.csv", "葛\U000e0102城.csv"),
        ("\ue000外字.csv", "\ue000外字.csv"),
        ("C:\\data\\住基.csv", "住基.csv"),
        ("../../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x=1.csv", "aSet-Cookie: x=1.csv"),
        ("a\x00b.csv", "ab.csv"),
        ("gpj\u202evsc.exe", "gpjvsc.exe"),
        ("\udcff.csv", "csv"),
        ("..", "file"),
        (".", "file"),
        ("", "file"),
        ("/", "file"),
        (".htaccess", "htaccess"),
        ("名" * 400 + ".csv", "名" * 251 + ".csv"),
    ],
)
def test_a_name_is_kept_without_what_could_do_harm(scope: Scope, name: str, kept: str) -> None:
    assert stored(scope, b"x", name=name).name == kept


@given(name=st.text(max_size=400))
def test_no_name_leads_anywhere_breaks_a_header_or_is_too_long(name: str) -> None:
    kept = store.safe_name(name)
    assert 0 < len(kept) <= 255
    assert not set("/\\\r\n\x00") & set(kept)
    assert kept not in {".", ".."}
    assert store.safe_name(kept) == kept


@pytest.mark.parametrize("code", ["../x", "A/B", "", ".", "x" * 41, "Ｔ１", "a b", "a\n"])
def test_an_organisations_code_that_leads_elsewhere_is_refused(
    town: Organisation, scope_of: Callable[..., Scope], code: str
) -> None:
    with pytest.raises(MachikumoError, match="団体コード"):
        store.place_of(scope_of(town, organisation_code=code), uuid.uuid4())


def test_only_the_programs_own_account_may_look_into_the_folder(scope: Scope) -> None:
    stored(scope, b"x")
    assert folder_of(scope).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [None, b"", b"ab", b"abcd"])
def test_bytes_that_are_gone_or_cut_short_are_told_and_not_handed_out(scope: Scope, left: bytes | None) -> None:
    row = stored(scope, b"abc", name="住基.csv")
    place = store.place_of(scope, row.token).path
    place.unlink()
    if left is not None:
        place.write_bytes(left)
    with pytest.raises(NotFound, match=r"住基\.csv"):
        actions.open_file(scope, token=row.token)
    assert not ledger.entries_of(scope, ledger.Filters(event="file.opened"))


def test_another_town_finds_neither_the_file_nor_its_name_in_a_list(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    mine, other = stored(scope, b"mine"), scope_of(other_town)
    with entered(other):
        with pytest.raises(NotFound):
            queries.file_of(other, mine.token)
        assert not queries.files_of(other, "move_in").exists()
    assert folder_of(scope) != folder_of(other)


def test_a_list_holds_the_files_of_its_purpose_newest_first(scope: Scope) -> None:
    one, two = stored(scope, b"1"), stored(scope, b"2")
    stored(scope, b"3", purpose="quarantine")
    with entered(scope):
        assert list(queries.files_of(scope, "move_in")) == [two, one]


def test_storing_and_opening_stand_in_the_ledger_with_the_digest_and_without_the_name(scope: Scope) -> None:
    row = stored(scope, b"abc", name="藤沢健一.csv")
    actions.open_file(scope, token=row.token)
    entries = ledger.entries_of(scope, ledger.Filters(subject=f"file:{row.token}"))
    assert [entry.event for entry in entries] == ["file.opened", "file.stored"]
    assert all(row.sha256 in entry.canonical for entry in entries)
    assert all("藤沢" not in entry.canonical for entry in entries)
