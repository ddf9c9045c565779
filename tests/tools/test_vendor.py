"""Files taken from npm packages are the ones of the list, and none is there that the list does not name."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
import vendor

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = vendor.packages()
LISTED = [(package, name) for package in PACKAGES for name in package["files"]]


def named(value: Any) -> str:
    return value["name"] if isinstance(value, dict) else str(value)


def tarball(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return whole.getvalue()


def sample(folder: Path, data: bytes, **facts: Any) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    return {"name": "a", "version": "1", "licence": "MIT", "folder": str(folder), "files": {"dist": digest}} | facts


@pytest.mark.parametrize(("package", "name"), LISTED, ids=named)
def test_a_file_is_the_listed_one(package: dict[str, Any], name: str) -> None:
    data = vendor.target(package, name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == package["files"][name]


@pytest.mark.parametrize("package", PACKAGES, ids=named)
def test_a_package_has_its_licence_beside_it_and_nothing_unlisted(package: dict[str, Any]) -> None:
    folder = vendor.ROOT / package["folder"]
    there = {file for file in folder.rglob("*") if file.is_file()}
    assert there == {vendor.target(package, name) for name in package["files"]}
    assert "LICENSE" in package["files"]


def test_no_folder_of_vendored_files_is_unlisted() -> None:
    listed = {vendor.ROOT / package["folder"] for package in PACKAGES}
    parents = {folder.parent for folder in listed}
    assert {folder for parent in parents for folder in parent.iterdir() if folder.is_dir()} == listed


def test_a_package_is_brought_into_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = tarball(dist=b"content")
    monkeypatch.setattr(vendor, "fetch", lambda _package: whole)
    package = sample(tmp_path / "new", b"content", integrity=vendor.integrity(whole))
    vendor.bring(package, accepting=False)
    assert (tmp_path / "new" / "dist").read_bytes() == b"content"


def test_another_content_is_refused_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = tarball(dist=b"altered")
    monkeypatch.setattr(vendor, "fetch", lambda _package: whole)
    package = sample(tmp_path / "new", b"content", integrity=vendor.integrity(whole))
    with pytest.raises(vendor.Mismatch, match="dist has sha256"):
        vendor.bring(package, accepting=False)
    assert not (tmp_path / "new").exists()


def test_another_tarball_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vendor, "fetch", lambda _package: tarball(dist=b"content"))
    with pytest.raises(vendor.Mismatch, match="sha512-"):
        vendor.bring(sample(tmp_path / "new", b"content", integrity="sha512-other"), accepting=False)


def test_a_listed_file_that_is_a_folder_is_refused() -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        folder = tarfile.TarInfo("package/dist")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
    with pytest.raises(vendor.Mismatch, match="not a file"):
        vendor.unpack({"name": "a", "files": {"dist": ""}}, whole.getvalue())


def test_a_maintainer_lets_new_checksums_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    listing = tmp_path / "vendor.toml"
    sections = "".join(
        f'[[package]]\nname = "{name}"\nversion = "1"\nlicence = "MIT"\nintegrity = ""\n'
        f'folder = "{tmp_path / name}"\n[package.files]\n"dist" = ""\n\n'
        for name in ("a", "b")
    )
    listing.write_text(sections, encoding="utf-8")
    monkeypatch.setattr(vendor, "LIST", listing)
    monkeypatch.setattr(vendor, "fetch", lambda package: tarball(dist=package["name"].encode()))
    assert vendor.main(["--accept"]) == 0
    assert [package["files"]["dist"] for package in vendor.packages()] == [
        hashlib.sha256(name).hexdigest() for name in (b"a", b"b")
    ]
    assert vendor.main([]) == 0
    monkeypatch.setattr(vendor, "fetch", lambda _package: tarball(dist=b"evil"))
    assert vendor.main([]) == 1
