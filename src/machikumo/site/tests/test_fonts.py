"""The font for names is found, fetched, or its absence explained."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.site import fonts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "INSTALLED", tmp_path / "none" / fonts.FILE)


def put_font(var: Path) -> Path:
    file = var / "fonts" / fonts.FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(b"font")
    return file


def answering(monkeypatch: pytest.MonkeyPatch, *, unpack: bool = True, fail_at: str = "") -> list[list[str]]:
    """Stands for apt-get and dpkg-deb; gives the list of what was run."""
    ran: list[list[str]] = []

    def run(command: list[str], *, cwd: Path, **_more: Any) -> subprocess.CompletedProcess[bytes]:
        ran.append(command)
        if fail_at and fail_at in command:
            return subprocess.CompletedProcess(command, 100, b"", b"E: no network")
        if "download" in command:
            (cwd / f"{fonts.PACKAGE}_1_all.deb").write_bytes(b"deb")
        if command[0] == "dpkg-deb" and unpack:
            place = cwd / "unpacked" / fonts.INSTALLED.relative_to("/")
            place.parent.mkdir(parents=True)
            place.write_bytes(b"font")
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr("subprocess.run", run)
    return ran


def test_the_installed_font_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = tmp_path / fonts.FILE
    installed.write_bytes(b"font")
    monkeypatch.setattr(fonts, "INSTALLED", installed)
    put_font(tmp_path)
    assert fonts.ensure_name_font(tmp_path) == installed


def test_a_font_that_lies_in_var_is_taken(tmp_path: Path) -> None:
    file = put_font(tmp_path)
    assert fonts.ensure_name_font(tmp_path) == file


def test_on_debian_the_font_is_fetched_and_unpacked_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "is_debian", lambda: True)
    ran = answering(monkeypatch)
    file = fonts.ensure_name_font(tmp_path)
    assert file == tmp_path / "fonts" / fonts.FILE
    assert [command[0] for command in ran] == ["apt-get", "apt-get", "dpkg-deb"]
    assert not (tmp_path / "apt").exists()
    fonts.ensure_name_font(tmp_path)
    assert len(ran) == 3


def test_apt_writes_into_our_folder_only(tmp_path: Path) -> None:
    command = fonts.apt_get(tmp_path, "update")
    assert f"Dir::State::Lists={tmp_path / 'lists'}" in command
    assert f"Dir::Cache={tmp_path / 'cache'}" in command
    assert command[-1] == "update"


def test_without_network_the_way_out_is_told_in_both_languages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "is_debian", lambda: True)
    answering(monkeypatch, fail_at="update")
    with pytest.raises(fonts.FontMissing) as missing:
        fonts.ensure_name_font(tmp_path)
    assert "apt-get install fonts-ipamj-mincho" in missing.value.message_ja
    assert "E: no network" in missing.value.message_en


def test_a_package_without_the_font_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "is_debian", lambda: True)
    answering(monkeypatch, unpack=False)
    with pytest.raises(fonts.FontMissing):
        fonts.ensure_name_font(tmp_path)


def test_elsewhere_than_on_debian_nothing_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    ran = answering(monkeypatch)
    with pytest.raises(fonts.FontMissing, match="var/fonts/"):
        fonts.ensure_name_font(tmp_path)
    assert ran == []
