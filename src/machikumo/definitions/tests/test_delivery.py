"""The files of a package together: each is checked, and what refers to nothing is named by its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.__main__ import main
from machikumo.definitions.delivery import check_delivery
from machikumo.definitions.domain.document import Form
from machikumo.definitions.domain.packages import load_package
from machikumo.definitions.domain.toml import files_of
from machikumo.definitions.tests.makers import document, item
from machikumo.definitions.tests.test_packages import TEXT
from machikumo.layouts.queries.catalogue import Catalogue

if TYPE_CHECKING:
    from pathlib import Path

FORM = Form(newline="lf", header="key")
PEOPLE = document(item("number", required="required", primary_key=True), item("name"), form=FORM, key="people")
SEALS = document(item("number"), item("seal", required="required"), form=FORM, key="seals", name="印鑑")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    definitions = tmp_path / "definitions"
    (definitions / "packages").mkdir(parents=True)
    (definitions / "codes").mkdir()
    (definitions / "packages" / "small.toml").write_text(TEXT, encoding="utf-8")
    for one in (PEOPLE, SEALS):
        for name, text in files_of(one).items():
            (definitions / name).write_text(text, encoding="utf-8")
    files = tmp_path / "files"
    files.mkdir()
    (files / "people_182079_20260401.csv").write_text("number,name\n1,a\n2,b\n", encoding="utf-8")
    (files / "seals_1.csv").write_text("number,seal\n1,x\n,y\n9,z\n2,\n", encoding="utf-8")
    return tmp_path


def test_rows_that_refer_to_nothing_are_counted_and_named(folder: Path) -> None:
    package = load_package(TEXT, "small.toml")
    catalogue = Catalogue(folder / "definitions")
    files = {"seals": [folder / "files" / "seals_1.csv"], "people": sorted((folder / "files").glob("people*"))}
    found = check_delivery(package, files, {key: catalogue.layout(key) for key in files})
    assert [(one.layout, one.read, one.accepted, one.errors) for one in found.files] == [
        ("seals", 4, 3, 1), ("people", 2, 2, 0),
    ]  # fmt: skip
    (lost,) = found.orphans
    assert (lost.count, lost.rows) == (1, (("seals_1.csv", 3),))
    assert not found.holds


def test_a_package_without_its_target_file_has_only_rows_that_refer_to_nothing(folder: Path) -> None:
    package = load_package(TEXT, "small.toml")
    catalogue = Catalogue(folder / "definitions")
    files = {"seals": [folder / "files" / "seals_1.csv"]}
    found = check_delivery(package, files, {"seals": catalogue.layout("seals")})
    assert found.orphans[0].count == 2


def test_the_command_checks_the_files_when_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["layout", "package", "small", "--files", str(folder / "files")]
    command += ["--definitions", str(folder / "definitions")]
    assert main(command) == 0
    assert main([*command, "--check"]) == 1
    told = capsys.readouterr().out
    assert "seals_1.csv: 読込 4 行 · 受理 3 · エラー 1" in told
    assert "seals_1.csv 3行" in told
    (folder / "files" / "seals_1.csv").write_text("number,seal\n1,x\n2,y\n", encoding="utf-8")
    assert main([*command, "--check"]) == 0
