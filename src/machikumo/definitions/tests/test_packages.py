"""A package of files: which is which, what is missing, what does not belong, and the manifest."""

from __future__ import annotations

import pytest

from machikumo.definitions.domain.packages import load_package, manifest
from machikumo.layouts.domain.errors import BadDefinition

TEXT = """
[package]
key = "small"
version = "1"
name = "小"
source = "test"
edition = "1"
[[file]]
layout = "people"
name = "people_{code}_{date}.csv"
[[file]]
layout = "seals"
name = "seals_{part}.csv"
required = false
[[reference]]
source = "seals"
source_items = ["number"]
target = "people"
target_items = ["number"]
"""


def test_files_are_sorted_out_by_their_names() -> None:
    package = load_package(TEXT, "small.toml")
    found = package.sorted_out(["people_182079_20260401.csv", "seals_1.csv", "seals_2.csv", "people.csv"])
    assert found.files == {"people": ("people_182079_20260401.csv",), "seals": ("seals_1.csv", "seals_2.csv")}
    assert (found.missing, found.strange) == ((), ("people.csv",))
    assert [part.layout for part in package.sorted_out([]).missing] == ["people"]


def test_the_manifest_names_every_file_in_order() -> None:
    package = load_package(TEXT, "small.toml")
    found = manifest(package, [{"name": "b"}, {"name": "a"}])
    assert [one["name"] for one in found["files"]] == ["a", "b"]
    assert found["digest"] == package.digest == load_package("# note\n" + TEXT, "small.toml").digest
    assert found["confirmed"] is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('layout = "seals"', 'layout = "people"'),
        ('target = "people"', 'target = "nobody"'),
        ('target_items = ["number"]', "target_items = []"),
        ('edition = "1"', ""),
        ('edition = "1"', 'edition = "1"\ncolour = "red"'),
    ],
)
def test_a_wrong_package_is_refused(old: str, new: str) -> None:
    with pytest.raises(BadDefinition, match=r"small\.toml"):
        load_package(TEXT.replace(old, new), "small.toml")


def test_a_package_without_files_is_refused() -> None:
    with pytest.raises(BadDefinition):
        load_package(TEXT[: TEXT.index("[[file]]")], "small.toml")
