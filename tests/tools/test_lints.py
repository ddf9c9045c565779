"""The home lints find what their bad samples mark, and nothing in their good ones."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import lint
import pytest
from lints import RULES
from lints.budgets import budgets, measure, share
from lints.source import Source, sources

SAMPLES = Path(lint.__file__).parent / "lints" / "samples"
MARK = "  # <-"
JOINER = "·"  # keeps a sample from being found in the repository itself


def files_of(sample: Path) -> tuple[list[Source], set[tuple[str, int]]]:
    """The files in a sample, and the places that are marked in it."""
    files, marked = [], set()
    for part in sample.read_text(encoding="utf-8").split("# path: ")[1:]:
        name, text = part.split("\n", 1)
        marked |= {(name, number) for number, line in enumerate(text.splitlines(), 1) if line.endswith(MARK)}
        files.append(Source(PurePosixPath(name), text.replace(MARK, "").replace(JOINER, "")))
    return files, marked


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_every_marked_place_of_its_bad_sample(rule: str) -> None:
    files, marked = files_of(SAMPLES / f"{rule}.bad")
    assert marked
    assert {(finding.path, finding.line) for finding in RULES[rule](files)} == marked


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_nothing_in_its_good_sample(rule: str) -> None:
    files, marked = files_of(SAMPLES / f"{rule}.good")
    assert files
    assert not marked
    assert list(RULES[rule](files)) == []


def test_every_sample_belongs_to_a_rule() -> None:
    names = {path.stem for path in SAMPLES.iterdir()}
    assert names == set(RULES)


def test_a_module_over_its_limit_is_found() -> None:
    source = Source(PurePosixPath("src/machikumo/room/views.py"), "x = 1\n" * 401)
    assert [str(finding) for finding in budgets([source])] == [
        "src/machikumo/room/views.py:0: 401 lines; a module has at most 400"
    ]


def test_blank_lines_do_not_count_towards_a_module() -> None:
    source = Source(PurePosixPath("src/machikumo/room/views.py"), "x = 1\n\n\n" * 400)
    assert list(budgets([source])) == []


def test_the_shares_of_long_functions_have_budgets() -> None:
    function = "def f() -> int:\n" + "    x = 1\n" * 29 + "    return x\n\n\n"
    files = [Source(PurePosixPath(f"src/machikumo/room/part{n}.py"), function) for n in range(20)]
    messages = [finding.message for finding in budgets(files)]
    assert messages == [
        "50% of the functions have up to 31 lines; budget 8",
        "90% of the functions have up to 31 lines; budget 25",
    ]


def test_a_docstring_does_not_count_towards_a_function() -> None:
    text = 'def f() -> int:\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert measure([Source(PurePosixPath("src/machikumo/a.py"), text)]).functions == (2,)


def test_tests_are_counted_beside_source() -> None:
    source = Source(PurePosixPath("src/machikumo/a.py"), "x = 1\ny = 2\n")
    test = Source(PurePosixPath("src/machikumo/tests/test_a.py"), "x = 1\n" * 3)
    assert (measure([source, test]).source_lines, measure([source, test]).test_lines) == (2, 3)


@pytest.mark.parametrize(("part", "expected"), [(0.5, 5), (0.9, 9), (1.0, 10), (0.0, 1)])
def test_a_share_is_the_size_that_so_many_do_not_exceed(part: float, expected: int) -> None:
    assert share(range(1, 11), part) == expected


def test_an_unknown_rule_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main(["no-such"]) == 2
    assert "no such rule: no-such" in capsys.readouterr().err


def test_findings_are_printed_by_place_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    source = Source(PurePosixPath("src/machikumo/room/views.py"), '"""V."""\nPerson.objects.all()\n')
    assert lint.run_rule("tenant-door", [source]) == 1
    said = capsys.readouterr().out
    assert said.startswith("NG  tenant-door")
    assert "src/machikumo/room/views.py:2: Person.objects outside" in said


def test_a_kept_rule_says_ok(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.run_rule("tenant-door", []) == 0
    assert capsys.readouterr().out.startswith("ok  tenant-door")


def test_the_size_of_nothing_is_told() -> None:
    assert lint.sizes([]) == "no source"


def test_sources_are_those_that_git_would_track(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("var/\n")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "made.py").write_text("x = 1\n")
    (tmp_path / "kept.py").write_text("x = 1\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert {str(source.path) for source in sources(tmp_path)} == {".gitignore", "kept.py"}


def test_sources_are_found_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "kept.py").write_text("x = 1\n")
    monkeypatch.setenv("PATH", "")
    assert [str(source.path) for source in sources(tmp_path)] == ["src/kept.py"]


def test_what_is_not_python_has_an_empty_tree() -> None:
    assert Source(PurePosixPath("docs/map.md"), "# not python (").tree.body == []
