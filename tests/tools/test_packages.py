"""Pinned packages: hashed, without addresses, the same in every set, under fitting licences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lock
import packages
import pytest

if TYPE_CHECKING:
    from pathlib import Path

HASHED = "django==5.2.19 \\\n    --hash=sha256:00\n    # via x\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose pins and licences are in order."""
    (tmp_path / "requirements").mkdir()
    for name in packages.SETS:
        (tmp_path / "requirements" / f"{name}.txt").write_text(HASHED)
    more = HASHED + "pytest==9.2.0 \\\n    --hash=sha256:01\n"
    (tmp_path / "requirements" / "dev.txt").write_text(more)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "licences.toml").write_text(
        '[allowed]\nproduct = ["BSD-3-Clause"]\ndevelopment = ["MIT"]\n'
        '[product]\ndjango = "BSD-3-Clause"\n[development]\npytest = "MIT"\n'
    )
    return tmp_path


def test_this_project_s_own_packages_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert packages.main() == 0
    assert capsys.readouterr().out == ""


def test_a_project_in_order_has_no_faults(project: Path) -> None:
    assert list(packages.faults_of_pins(project / "requirements")) == []
    assert list(packages.faults_of_licences(project)) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://index.example/simple\n",
        "--extra-index-url=x\n",
        "--find-links ./wheels\n",
        "django @ git+ssh://host/x\n",
        "django @ file:///x.whl\n",
    ],
)
def test_a_download_address_is_found(project: Path, line: str) -> None:
    (project / "requirements" / "web.txt").write_text(line + HASHED)
    assert "web.txt holds a download address" in next(packages.faults_of_pins(project / "requirements"))


def test_a_pin_without_a_hash_is_found(project: Path) -> None:
    (project / "requirements" / "base.txt").write_text("django==5.2.19\n")
    assert list(packages.faults_of_pins(project / "requirements")) == [
        "requirements/base.txt: django==5.2.19 has no hash"
    ]


def test_a_pin_that_differs_from_the_dev_set_is_found(project: Path) -> None:
    (project / "requirements" / "web.txt").write_text(HASHED.replace("5.2.19", "5.2.1"))
    assert "django 5.2.1, but dev has 5.2.19" in next(packages.faults_of_pins(project / "requirements"))


def test_a_package_without_a_licence_is_found(project: Path) -> None:
    table = project / "docs" / "licences.toml"
    table.write_text(table.read_text().replace('django = "BSD-3-Clause"\n', ""))
    assert list(packages.faults_of_licences(project)) == ["docs/licences.toml [product] lacks django"]


def test_a_licence_for_nothing_is_found(project: Path) -> None:
    table = project / "docs" / "licences.toml"
    table.write_text(table.read_text() + 'gone = "MIT"\n')
    assert list(packages.faults_of_licences(project)) == ["docs/licences.toml [development]: gone is not pinned"]


def test_a_licence_for_development_does_not_fit_the_product(project: Path) -> None:
    table = project / "docs" / "licences.toml"
    table.write_text(table.read_text().replace('django = "BSD-3-Clause"', 'django = "MIT"'))
    assert list(packages.faults_of_licences(project)) == ["django is under MIT, which does not fit the product"]


def test_faults_are_printed_and_the_code_is_1(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements" / "base.txt").write_text("django==5.2.19\n")
    monkeypatch.setattr(packages, "ROOT", project)
    assert packages.main() == 1
    assert capsys.readouterr().out.startswith("NG  requirements/base.txt")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", True),
        ("GPL-3.0-or-later", False),
        ("Apache-2.0 OR GPL-3.0-or-later", True),
        ("MIT AND GPL-3.0-or-later", False),
        ("MIT AND Apache-2.0", True),
    ],
)
def test_one_side_of_or_and_all_parts_of_and_must_fit(expression: str, *, expected: bool) -> None:
    assert packages.fits(expression, {"MIT", "Apache-2.0"}) is expected


def test_names_are_compared_as_the_registry_does() -> None:
    assert packages.pins("Typing_Extensions==4.0 ; x\n# a==1\n") == {"typing-extensions": "4.0"}


def test_the_lock_records_no_address_and_every_hash() -> None:
    assert {"--generate-hashes", "--universal", "--no-emit-index-url", "--no-emit-find-links"} <= set(lock.FLAGS)
