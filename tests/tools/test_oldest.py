"""Which server the tests of rows run on besides the newest."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_FOUND = importlib.util.spec_from_file_location("oldest_tool", ROOT / "tools" / "oldest.py")
assert _FOUND
assert _FOUND.loader
oldest: Any = importlib.util.module_from_spec(_FOUND)
_FOUND.loader.exec_module(oldest)


def server(folder: Path, major: str, *, whole: bool = True) -> None:
    (folder / major / "bin").mkdir(parents=True)
    if whole:
        (folder / major / "bin" / "initdb").touch()


def test_the_oldest_supported_server_is_taken(tmp_path: Path) -> None:
    for major in ("14", "15", "17", "18"):
        server(tmp_path, major)
    assert oldest.oldest(tmp_path) == tmp_path / "15" / "bin"


@pytest.mark.parametrize("majors", [(), ("18",), ("13", "14"), ("common",)])
def test_none_is_taken_where_none_is_older_than_the_newest_and_supported(
    tmp_path: Path, majors: tuple[str, ...]
) -> None:
    for major in majors:
        server(tmp_path, major)
    assert oldest.oldest(tmp_path) is None


def test_a_server_of_which_only_the_client_is_there_is_left_alone(tmp_path: Path) -> None:
    server(tmp_path, "15", whole=False)
    server(tmp_path, "16")
    assert oldest.oldest(tmp_path) == tmp_path / "16" / "bin"


def test_without_one_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(oldest, "oldest", lambda: None)
    assert oldest.main([]) == 1
    assert "apt install postgresql" in capsys.readouterr().err


def test_the_folders_of_its_tests_are_there() -> None:
    assert [folder for folder in oldest.TESTS if not (ROOT / folder).is_dir()] == []
