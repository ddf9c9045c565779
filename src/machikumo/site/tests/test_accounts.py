"""Programs started as root run as somebody else."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from machikumo.kernel.errors import MachikumoError
from machikumo.site import accounts
from machikumo.site.accounts import Account, account_for, give, lowered

NOBODY = Account(65534, 65534)


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.fixture
def owned_by_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "stat", lambda _self, **_more: SimpleNamespace(st_uid=0, st_gid=0, st_mode=0o40755))


def test_an_ordinary_user_keeps_the_own_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert account_for(tmp_path) is None
    assert lowered(["initdb"], None, [tmp_path]) == ["initdb"]


@pytest.mark.usefixtures("as_root")
def test_root_gives_way_to_the_owner_of_the_clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "stat", lambda _self, **_more: SimpleNamespace(st_uid=1234, st_gid=56, st_mode=0o40755))
    assert account_for(tmp_path / "not" / "there") == Account(1234, 56)


@pytest.mark.usefixtures("as_root", "owned_by_root")
def test_in_root_s_clone_postgres_serves_then_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    people = {"postgres": SimpleNamespace(pw_uid=101, pw_gid=104), "nobody": SimpleNamespace(pw_uid=7, pw_gid=8)}
    monkeypatch.setattr(pwd, "getpwnam", lambda name: people[name])
    assert account_for(tmp_path) == Account(101, 104)
    del people["postgres"]
    assert account_for(tmp_path) == Account(7, 8)


@pytest.mark.usefixtures("as_root", "owned_by_root")
def test_where_nobody_is_there_root_is_told_to_be_somebody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unknown(name: str) -> Any:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", unknown)
    with pytest.raises(MachikumoError) as refused:
        account_for(tmp_path)
    assert "一般の利用者" in refused.value.message_ja
    assert "ordinary user" in refused.value.message_en


def test_a_command_is_lowered_by_setpriv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/setpriv")
    command = lowered(["initdb", "-D", "x"], NOBODY, [Path("/usr")])
    assert command == [
        *("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        *("--", "initdb", "-D", "x"),
    ]


def test_a_closed_folder_is_passed_by_one_capability(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/setpriv")
    monkeypatch.setattr(accounts, "_passing_capability", lambda: "dac_read_search")
    (tmp_path / "closed").mkdir(mode=0o700)
    command = lowered(["initdb"], NOBODY, [tmp_path / "closed"])
    assert "--inh-caps=+dac_read_search" in command
    assert "--ambient-caps=+dac_read_search" in command


def test_without_setpriv_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(MachikumoError, match="util-linux"):
        lowered(["initdb"], NOBODY, [])


@pytest.mark.parametrize(
    ("mode", "user", "group", "passes"),
    [
        (0o40701, 1, 1, True),
        (0o40700, 1, 1, False),
        (0o40710, 1, 65534, True),
        (0o40701, 1, 65534, False),
        (0o40100, 65534, 1, True),
        (0o40011, 65534, 65534, False),
    ],
)
def test_a_folder_is_entered_by_the_first_fitting_right(mode: int, user: int, group: int, *, passes: bool) -> None:
    entry: Any = SimpleNamespace(st_mode=mode, st_uid=user, st_gid=group)
    assert accounts._passes(entry, NOBODY) is passes


@pytest.mark.parametrize(("bits", "name"), [("6", "dac_read_search"), ("2", "dac_override")])
def test_the_capability_is_one_that_the_container_has(monkeypatch: pytest.MonkeyPatch, bits: str, name: str) -> None:
    monkeypatch.setattr(Path, "read_text", lambda _self, **_more: f"Name:\tx\nCapBnd:\t000000000000000{bits}\n")
    assert accounts._passing_capability() == name


def test_where_no_capability_is_left_another_place_is_advised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda _self, **_more: "CapBnd:\t0000000000000000\n")
    with pytest.raises(MachikumoError, match="/srv"):
        accounts._passing_capability()


def test_a_file_is_given_to_the_account_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = []
    monkeypatch.setattr(os, "chown", lambda *facts: given.append(facts))
    give(tmp_path, None)
    give(tmp_path, NOBODY)
    assert given == [(tmp_path, 65534, 65534)]
