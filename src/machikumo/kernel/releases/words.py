"""Releases in words: what a release is called, and what each of its facts means, as the room that makes it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.kernel.registries import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReleaseWords:
    """The title of a release and the labels of its facts, each in Japanese and English."""

    title: Words
    facts: Mapping[str, Words] = field(default_factory=dict)


release_words: Registry[ReleaseWords] = Registry("words for a release")


def title_of(name: str) -> Words:
    """The release in words; one without words by its name."""
    return release_words.get(name).title if name in release_words else (name, name)


def facts_of(name: str, content: Mapping[str, Any]) -> Iterator[tuple[Words, Any]]:
    """The facts of the content that have words, in the order of the words; what has none stands in the full text."""
    labels = release_words.get(name).facts if name in release_words else {}
    for key, label in labels.items():
        if key in content:
            yield label, content[key]
