"""The exit package by command: made, opened with the key, compared with its manifest."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from machikumo.__main__ import main
from machikumo.kernel.files import store
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.files.closing import ClosedWriter, new_key
from machikumo.kernel.tenancy.doors import entered
from machikumo.operations.queries import damaged_files
from machikumo.register.models import Person

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from machikumo.kernel.scope import Scope


def test_a_package_is_made_and_opened_by_command(
    scope: Scope, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with entered(scope):
        Person.objects.add(scope, addressee_number="000000000000101")
    key, closed, whole = (tmp_path / name for name in ("key.age", "package.age", "package.zip"))
    assert main(["key", "make", "--out", str(key)]) == 0
    public = capsys.readouterr().out.strip()
    assert main(["operations", "export", scope.organisation_code, "--recipient", public, "--out", str(closed)]) == 0
    assert "SHA-256" in capsys.readouterr().out
    assert main(["operations", "open", str(closed), "--key", str(key), "--out", str(whole)]) == 0
    assert "すべて目録と一致" in capsys.readouterr().out
    with zipfile.ZipFile(whole) as archive:
        assert b"000000000000101" in archive.read("tables/register_person.jsonl")


def test_a_wrong_recipient_makes_nothing(scope: Scope, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "package.age"
    assert main(["operations", "export", scope.organisation_code, "--recipient", "age1", "--out", str(out)]) == 1
    assert "公開鍵ではありません" in capsys.readouterr().err
    assert not out.exists()


def test_a_package_that_is_not_what_its_manifest_says_is_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public, secret = new_key()
    (tmp_path / "key.age").write_text(secret, encoding="ascii")
    plain = tmp_path / "plain.zip"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr(
            "manifest.json",
            '{"format": "machikumo-exit-package/2", "organisation": "1", "made_at": "", "parts": []}',
        )
        archive.writestr("more.txt", "x")
    with (tmp_path / "package.age").open("wb") as out, ClosedWriter(out, public) as writer:
        writer.write(plain.read_bytes())
    where = ["operations", "open", str(tmp_path / "package.age"), "--key", str(tmp_path / "key.age"), "--out"]
    assert main([*where, str(tmp_path / "whole.zip")]) == 1
    assert "目録にないファイル" in capsys.readouterr().err
    assert not list(tmp_path.glob("whole*"))
    assert main([where[0], where[1], str(tmp_path / "none"), *where[3:], str(tmp_path / "whole.zip")]) == 1
    assert "ファイルを扱えません" in capsys.readouterr().err


def test_the_key_for_packages_is_made_once_and_its_secret_half_is_for_the_owner_alone(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MACHIKUMO_KEYS = tmp_path / "keys"
    assert main(["operations", "receiving-key"]) == 0
    assert main(["operations", "receiving-key"]) == 0
    first, second = capsys.readouterr().out.split()
    assert first == second
    assert first.startswith("age1")
    (kept,) = (tmp_path / "keys").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.read_text(encoding="ascii").startswith("AGE-SECRET-KEY-1")


def test_loading_says_in_words_why_it_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    public, secret = new_key()
    key, closed = tmp_path / "key.age", tmp_path / "package.age"
    key.write_text(secret, encoding="ascii")
    with closed.open("wb") as out, ClosedWriter(out, public) as writer:
        writer.write(b"no zip")
    assert main(["operations", "load", str(closed), "--key", str(key)]) == 1
    assert "途中で切れているか" in capsys.readouterr().err
    assert main(["operations", "load", str(closed)]) == 1
    assert "この鍵では開けません" in capsys.readouterr().err
    assert main(["operations", "load", str(tmp_path / "none"), "--key", str(key)]) == 1
    assert "ファイルを扱えません" in capsys.readouterr().err


def test_a_stored_file_that_was_altered_is_named(scope: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, gone = (store_file(scope, name=name, chunks=[b"x" * 9], purpose="move_in") for name in ("a", "b", "c"))
    place = store.place_of(scope, bad.token).path
    place.write_bytes(place.read_bytes()[:-1] + b"\0")
    store.remove(scope, gone.token)
    assert damaged_files(scope) == (1, [str(bad.token), str(gone.token)])
    assert main(["operations", "verify-files"]) == 1
    said = capsys.readouterr()
    assert f"{scope.organisation_code}/{bad.token}" in said.err
    assert str(good.token) not in said.err
