"""The commands for keys: made once, for their owner only, and opening what was closed."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING

from machikumo.__main__ import main
from machikumo.kernel.files.closing import ClosedWriter

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def made(folder: Path, capsys: pytest.CaptureFixture[str], name: str = "key.age") -> str:
    assert main(["key", "make", "--out", str(folder / name)]) == 0
    return capsys.readouterr().out.strip()


def closed(folder: Path, public: str) -> Path:
    out = io.BytesIO()
    with ClosedWriter(out, public) as writer:
        writer.write("葛城".encode())
    (folder / "closed.age").write_bytes(out.getvalue())
    return folder / "closed.age"


def test_a_key_is_made_for_its_owner_only_and_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = closed(tmp_path, made(tmp_path, capsys))
    assert stat.S_IMODE((tmp_path / "key.age").stat().st_mode) == 0o600
    where = ["key", "open", str(file), "--key", str(tmp_path / "key.age"), "--out", str(tmp_path / "open.txt")]
    assert main(where) == 0
    assert (tmp_path / "open.txt").read_text(encoding="utf-8") == "葛城"


def test_a_key_that_is_there_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path, capsys)
    before = (tmp_path / "key.age").read_bytes()
    assert main(["key", "make", "--out", str(tmp_path / "key.age")]) == 1
    assert (tmp_path / "key.age").read_bytes() == before
    assert "鍵を書けません" in capsys.readouterr().err


def test_the_wrong_key_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = closed(tmp_path, made(tmp_path, capsys))
    made(tmp_path, capsys, "other.age")
    where = ["key", "open", str(file), "--key", str(tmp_path / "other.age"), "--out", str(tmp_path / "open.txt")]
    assert main(where) == 1
    assert "この鍵では開けません" in capsys.readouterr().err
    assert not (tmp_path / "open.txt").exists()
    assert main([*where[:4], str(tmp_path / "none"), *where[5:]]) == 1
    assert "ファイルを扱えません" in capsys.readouterr().err
