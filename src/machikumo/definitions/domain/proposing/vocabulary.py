"""What words in item names mean the same thing, as data: names become sets of concepts that can be compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fields import Fields, parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHAPES = ("", "day", "kana", "postal", "twelve_digits", "eleven_digits")
_PARTS = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9\s_・/（）()「」:：,、.-]+")
_FILLERS = frozenset("のをがはにとなった等などおよび及び又または")
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that items speak of: its weight in a comparison, the form of its values, whether zeros fill it."""

    key: str
    weight: float
    shape: str
    fill: bool


@dataclass(frozen=True, slots=True)
class Default:
    """What goes into a required item that no source item feeds, and why, in both languages."""

    value: str
    reason_ja: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of the first and the second of two columns that elsewhere are one, and the concept of that one."""

    first: frozenset[str]
    second: frozenset[str]
    whole: str


@dataclass(frozen=True)
class Vocabulary:
    """All concepts with their words."""

    concepts: Mapping[str, Concept]
    japanese: Mapping[str, str]
    letters: Mapping[str, str]
    pair: Pair
    defaults: Mapping[str, Default]

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.japanese), default=1)

    def tokens(self, name: str) -> frozenset[str]:
        """The concepts of a name, ``#n`` for a number in it, and ``~word`` for what is no known word."""
        return frozenset(self._tokens(plain(name)))

    def _tokens(self, name: str) -> Iterator[str]:
        words: list[str] = []
        for part in _PARTS.findall(name):
            if part.isascii() and part not in self.japanese:
                words.append(part)
                continue
            yield from self._of_letters(words)
            words = []
            yield from self._of_japanese(part)
        yield from self._of_letters(words)

    def _of_letters(self, words: list[str]) -> Iterator[str]:
        at = 0
        while at < len(words):
            for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
                found = self.letters.get("_".join(words[at : at + count]))
                if found:
                    break
            else:
                count, found = 1, f"#{int(words[at])}" if words[at].isdigit() else f"~{words[at]}"
            yield found
            at += count

    def _of_japanese(self, text: str) -> Iterator[str]:
        at, unknown = 0, ""
        while at < len(text):
            end = next((e for e in range(min(len(text), at + self._longest), at, -1) if text[at:e] in self.japanese), 0)
            if end:
                yield from (f"~{unknown}",) if unknown else ()
                yield self.japanese[text[at:end]]
                at, unknown = end, ""
            else:
                unknown += "" if text[at] in _FILLERS else text[at]
                at += 1
        if unknown:
            yield f"~{unknown}"

    def concept(self, token: str) -> Concept | None:
        """The concept of a token; None for numbers and unknown words."""
        return self.concepts.get(token)


def plain(name: str) -> str:
    """A name for comparing only: compatible signs made one, small letters, words of camel case apart."""
    folded = unicodedata.normalize("NFKC", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))
    return folded.lower()


def load_vocabulary(text: str, where: str) -> Vocabulary:
    """The vocabulary of a TOML text.

    Raises:
        BadDefinition: a field is wrong, or a word stands for two concepts.
    """
    document = Fields(parse_toml(text, where), where)
    head = document.part("words")
    for name in ("key", "version", "name", "source", "edition"):
        head.text(name)
    head.flag("confirmed")
    head.done()
    concepts: dict[str, Concept] = {}
    japanese: dict[str, str] = {}
    letters: dict[str, str] = {}
    for table in document.tables("concept"):
        row = Fields(table, f"{where} [[concept]]")
        one = _concept(row)
        concepts[one.key] = one
        for words, known in ((row.texts("ja", []), japanese), (row.texts("letters", []), letters)):
            for word in words:
                if known.setdefault(plain(word), one.key) != one.key:
                    raise BadDefinition(where, f"「{word}」が2つの意味にあります。", f"'{word}' has two meanings.")
        row.done()
    pair = _pair(document.part("pair"))
    defaults = dict(_default(Fields(table, f"{where} [[default]]")) for table in document.tables("default"))
    document.done()
    return Vocabulary(concepts, japanese, letters, pair, defaults)


def _concept(row: Fields) -> Concept:
    weight = row.table.get("weight", 1.0)
    row.asked.add("weight")
    if not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise BadDefinition(row.where, "weight は0より大きく1以下です。", "weight is above 0 and at most 1.")
    return Concept(row.text("key"), float(weight), row.choice("shape", SHAPES, ""), row.flag("fill"))


def _pair(row: Fields) -> Pair:
    found = Pair(
        frozenset(map(plain, row.texts("first"))), frozenset(map(plain, row.texts("second"))), row.text("whole")
    )
    row.done()
    return found


def _default(row: Fields) -> tuple[str, Default]:
    found = Default(row.text("value"), row.text("ja"), row.text("en"))
    item = row.text("item")
    row.done()
    return item, found
