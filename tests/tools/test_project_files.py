"""The files at the root say what is so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = [
    *(
        "help",
        "demo",
        "demo-check",
        "test",
        "test-oldest",
        "test-long",
        "check",
        "fix",
        "show-%",
        "bench-%-long",
        "bench-%",
    ),
    *("soak-certificates", "wheelhouse", "lock", "clean"),
]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_make_alone_lists_every_target_in_both_languages() -> None:
    done = subprocess.run(["make", "--silent"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert [line.split()[1] for line in lines] == TARGETS
    assert all(" / " in line for line in lines)


@pytest.mark.parametrize("target", [name for name in TARGETS if "%" not in name])
def test_each_target_is_one_line_to_a_tool_or_a_module(target: str) -> None:
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text_of("Makefile"), re.MULTILINE)
    assert recipe
    assert len(recipe[1].splitlines()) == 1


@pytest.mark.parametrize("script", re.findall(r"tools/\w+\.py", text_of("Makefile")))
def test_each_tool_that_make_calls_exists(script: str) -> None:
    assert (ROOT / script).exists()


def test_the_build_machine_runs_tests_checks_and_the_demo_and_refuses_skips() -> None:
    lines = [line for line in text_of(".ci/run").splitlines() if "make " in line]
    wanted = ["make test", "make test-oldest", "make check", "make demo-check"]
    assert [line.strip().endswith(want) for line, want in zip(lines, wanted, strict=True)] == [True] * 4
    assert ["--no-skips" in line for line in lines] == [True, True, False, False]


def test_the_build_machine_s_script_is_a_valid_shell_script() -> None:
    done = subprocess.run(["sh", "-n", ".ci/run"], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


@pytest.mark.parametrize("package", ["chromium", "fonts-noto-cjk", "fonts-ipamj-mincho", "pgbouncer", "postgresql"])
def test_the_build_machine_s_packages_are_named(package: str) -> None:
    assert package in text_of(".ci/apt.txt").split()


def test_the_packages_are_in_order_and_named_once() -> None:
    names = text_of(".ci/apt.txt").split()
    assert names == sorted(set(names))


def test_the_commit_hooks_are_local_only() -> None:
    repositories = re.findall(r"- repo: (\S+)", text_of(".pre-commit-config.yaml"))
    assert repositories == ["local"]


def test_the_licence_is_apache_2_and_the_metadata_agree() -> None:
    assert "Apache License" in text_of("LICENSE")
    assert "license: Apache-2.0" in text_of("publiccode.yml")
    assert 'license = "Apache-2.0"' in text_of("pyproject.toml")


def test_the_version_is_the_same_everywhere() -> None:
    version = re.search(r'^version = "(.+)"', text_of("pyproject.toml"), re.MULTILINE)
    assert version
    assert f'softwareVersion: "{version[1]}"' in text_of("publiccode.yml")
    assert f'__version__ = "{version[1]}"' in text_of("src/machikumo/__init__.py")


def test_each_news_fragment_has_a_kind_and_one_sentence() -> None:
    names = {path.name for path in (ROOT / "changes").iterdir()} - {"README.md"}
    kinds = re.compile(r"\+?[a-z-]+\.(added|changed|fixed|removed|security)\.md")
    assert [name for name in names if not kinds.fullmatch(name)] == []
    assert [name for name in names if len(text_of(f"changes/{name}").strip().splitlines()) != 1] == []


def test_every_ignored_rule_of_ruff_has_its_reason() -> None:
    block = re.search(r"^ignore = \[\n(.*?)^\]", text_of("pyproject.toml"), re.MULTILINE | re.DOTALL)
    assert block
    assert [line for line in block[1].splitlines() if "#" not in line] == []
