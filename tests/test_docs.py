"""The documents say what is so: links lead somewhere, and nothing that they list is missing or too much."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from machikumo.__main__ import parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "machikumo"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"MACHIKUMO_[A-Z_]+|DATABASE_URL")


def words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def product_files() -> Iterator[Path]:
    for file in SOURCE.rglob("*.py"):
        if "tests" not in file.parts and file.name != "testing.py":
            yield file


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(words(page)) if not re.match(r"[a-z]+:|#", target)]
    lost = [target for target in targets if not (page.parent / target.partition("#")[0]).exists()]
    assert lost == []


def test_every_room_is_on_the_map() -> None:
    there = words(ROOT / "docs" / "map.md")
    rooms = [folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists()]
    kernel = [f"kernel/{folder.name}" for folder in (SOURCE / "kernel").iterdir() if (folder / "__init__.py").exists()]
    assert [room for room in rooms if f"src/machikumo/{room}/" not in there] == []
    assert [room for room in kernel if f"`{room}/`" not in there] == []


def test_every_folder_on_the_map_is_there() -> None:
    named = re.findall(r"`([\w./]+/|[\w./]+\.py)`", words(ROOT / "docs" / "map.md"))
    assert [name for name in named if not ((ROOT / name).exists() or (SOURCE / name).exists())] == []
    assert len(named) > 20


def test_every_environment_variable_is_told_and_no_other() -> None:
    read = set()
    for file in product_files():
        for node in ast.walk(ast.parse(words(file))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value):
                read.add(node.value)
    told = set(re.findall(r"^\| `(\w+)`", words(ROOT / "docs" / "operations" / "settings.md"), re.MULTILINE))
    assert told == read


def commands(below: argparse.ArgumentParser, said: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for act in below._actions:
        for name, inner in (act.choices or {}).items() if act.nargs == "A..." else ():
            full = f"{said} {name}".strip()
            deeper = list(commands(inner, full))
            yield from deeper or [(full, inner)]


COMMANDS = dict(commands(parser()))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_its_options_are_told(command: str) -> None:
    page = words(ROOT / "docs" / "operations" / "commands.md")
    assert f"## `{command}`\n" in page, "run: python tools/commands.py"
    section = page.partition(f"## `{command}`\n")[2].partition("\n## ")[0]
    options = {option for act in COMMANDS[command]._actions for option in act.option_strings} - {"-h", "--help"}
    assert [option for option in options if f"`{option}" not in section] == [], "run: python tools/commands.py"


def test_every_identifier_of_the_glossary_is_in_use() -> None:
    used: set[str] = set()
    for file in [*product_files(), *(ROOT / "data").rglob("*.toml")]:
        used |= set(re.findall(r"\w+", words(file)))
    rows = [line for line in words(ROOT / "docs" / "glossary.md").splitlines() if line.startswith("| ")]
    named = {name for line in rows for name in re.findall(r"`(\w+)`", line)}
    assert named - used == set()
    assert len(named) > 60


def test_the_tutorial_names_one_file_of_every_kind() -> None:
    page = words(ROOT / "docs" / "tutorial.md")
    kinds = ("domain/", "models.py", "migrations/", "queries.py", "actions.py", "forms.py", "views.py", "urls.py")
    assert [kind for kind in (*kinds, ".html", "tests/", ".toml") if kind not in page] == []
