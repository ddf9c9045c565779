"""The exit package by command: made, opened with the key, compared with its manifest."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from machikumo.__main__ import main
from machikumo.kernel.files.closing import ClosedWriter, new_key
from machikumo.kernel.tenancy.doors import entered
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
