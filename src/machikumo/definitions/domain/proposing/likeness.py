"""How much two items are alike: by their names, by their kinds, and by the values of a sample; each with its reason."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from machikumo.definitions.domain.proposing.vocabulary import plain
from machikumo.layouts.domain.definition import ItemType, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from machikumo.definitions.domain.proposing.vocabulary import Vocabulary
    from machikumo.layouts.domain.definition import CodeList, Item, Layout

_UNKNOWN_WEIGHT, _NUMBER_WEIGHT, _HINT = 0.8, 0.5, 0.6
_FAMILIES: Mapping[ItemType, str] = {
    ItemType.DATE: "day", ItemType.WAREKI: "day", ItemType.YEAR: "year", ItemType.TIME: "time",
    ItemType.BOOLEAN: "flag", ItemType.INTEGER: "number", ItemType.SIGNED: "number", ItemType.DECIMAL: "number",
    ItemType.HALF: "half", ItemType.FULL: "full", ItemType.TEXT: "text", ItemType.PICTURE: "picture",
}  # fmt: skip
_KIN: Mapping[frozenset[str], float] = {
    frozenset({"number", "half"}): 0.8, frozenset({"half", "text"}): 0.8, frozenset({"full", "text"}): 0.9,
    frozenset({"half", "full"}): 0.6, frozenset({"number", "text"}): 0.5, frozenset({"day", "half"}): 0.5,
    frozenset({"day", "text"}): 0.4, frozenset({"flag", "half"}): 0.5, frozenset({"year", "number"}): 0.7,
    frozenset({"day", "number"}): 0.4, frozenset({"flag", "number"}): 0.3, frozenset({"time", "text"}): 0.4,
    frozenset({"number", "full"}): 0.3,
}  # fmt: skip
SHAPES: Mapping[str, re.Pattern[str]] = {
    "day": re.compile(r"[0-9]{4}[-/]?[0-9]{2}[-/]?[0-9]{2}|[0-9]{6,8}|[MTSHR][0-9]{1,2}[./][0-9]{1,2}[./][0-9]{1,2}"),
    "kana": re.compile("[ァ-ヿｦ-ﾟ・ 　-]+"),
    "postal": re.compile(r"[0-9]{3}-?[0-9]{4}"),
    "twelve_digits": re.compile("[0-9]{12}"),
    "eleven_digits": re.compile("[0-9]{11}"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a likeness from 0 to 1, and what it rests on, in both languages."""

    score: float
    reason_ja: str
    reason_en: str


@dataclass(frozen=True)
class Words:
    """What an item's names say: the concepts of its name, of its key, and those that its group hints at."""

    name: frozenset[str]
    key: frozenset[str]
    hint: frozenset[str]

    @cached_property
    def every(self) -> frozenset[str]:
        """All of them."""
        return self.name | self.key


class Namer:
    """Compares names of one layout with those of another: what stands in few names of the target tells more."""

    def __init__(self, vocabulary: Vocabulary, target: Layout) -> None:
        self.vocabulary = vocabulary
        self.known = {item.key: self.words(item) for item in target.items}
        self.counts = Counter(token for words in self.known.values() for token in words.name)

    def words(self, item: Item) -> Words:
        """The words of an item; a key that only numbers columns says nothing."""
        key = item.key if not re.fullmatch(r"column_[0-9]+", item.key) else ""
        tokens = self.vocabulary.tokens
        return Words(tokens(item.name), tokens(key), tokens(item.group))

    def weight(self, token: str) -> float:
        """How much a token tells."""
        concept = self.vocabulary.concept(token)
        base = concept.weight if concept else _NUMBER_WEIGHT if token.startswith("#") else _UNKNOWN_WEIGHT
        return base / (1 + math.log(max(self.counts[token], 1)))

    def alike(self, source: Words, target: Words) -> tuple[float, frozenset[str]]:
        """The best likeness of the names and keys of two items, and the tokens that they share."""
        sides = [(one, other) for one in (source.name, source.key) for other in (target.name, target.key)]
        scores = [self._overlap(one, other, source.hint, target.hint) for one, other in sides if one and other]
        best = max(scores, default=(0.0, frozenset()), key=lambda found: found[0])
        agree = sorted((score for score, _ in scores), reverse=True)[1:2]
        return min(1.0, 0.9 * best[0] + 0.1 * (agree[0] if agree else best[0])), best[1]

    def _overlap(
        self, one: frozenset[str], other: frozenset[str], hint: frozenset[str], hint_of_other: frozenset[str]
    ) -> tuple[float, frozenset[str]]:
        common = one & other
        if not common:
            return 0.0, frozenset()
        hinted = self._sum((other - one) & hint) + self._sum((one - other) & hint_of_other)
        shared = self._sum(common) + _HINT * hinted / 2
        whole = self._sum(one) + self._sum(other)
        return 2 * shared / whole, common

    def _sum(self, tokens: Iterable[str]) -> float:
        return sum(map(self.weight, tokens))


def name_part(namer: Namer, source: Item, words: Words, target: Item) -> Part:
    """How much the names are alike."""
    if plain(source.name) == plain(target.name):
        return Part(1.0, f"名称が同じ（{target.name}）", f"the same name ({target.name})")
    score, common = namer.alike(words, namer.known[target.key])
    score = max(score, 0.85 * _signs(plain(source.name), plain(target.name)))
    heavy = sorted(common, key=namer.weight, reverse=True)[:3]
    shared = "・".join(sorted(token.lstrip("~") for token in heavy))
    if not shared:
        return Part(score, "名称に共通の語がない", "no word in common")
    return Part(score, f"名称の語が対応（{source.name} ↔ {target.name}）", f"words in common ({shared})")


def _signs(one: str, other: str) -> float:
    """The share of pairs of neighbouring signs that two names have in common."""
    pairs = [{name[at : at + 2] for at in range(len(name) - 1)} for name in (one, other)]
    whole = len(pairs[0]) + len(pairs[1])
    return 2 * len(pairs[0] & pairs[1]) / whole if whole else float(one == other)


def kind_part(source: Item, target: Item) -> Part:
    """How much types, code lists, lengths and the care for their values are alike."""
    if source.sensitivity is Sensitivity.VAULT and target.sensitivity is not Sensitivity.VAULT:
        return Part(
            0.0, "番号として守る値を、守らない項目に移せない", "a guarded number cannot go where it is not guarded"
        )
    if source.code_list and target.code_list:
        shared = label_overlap(source.code_list, target.code_list)
        percent = round(100 * shared)
        return Part(shared, f"コードの意味が {percent}% 一致", f"{percent} % of the codes mean the same")
    one, other = _FAMILIES[source.type], _FAMILIES[target.type]
    score = 1.0 if one == other else _KIN.get(frozenset({one, other}), 0.0)
    if bool(source.code_list) != bool(target.code_list):
        score *= 0.8
    if source.pattern and source.pattern == target.pattern:
        return Part(1.0, "値の形（正規表現）が同じ", "the same pattern")
    words = (f"型 {source.type} → {target.type}", f"type {source.type} to {target.type}")
    if one == other and source.length > target.length and one not in {"day", "flag"}:
        return Part(score * 0.9, f"{words[0]}（桁数が減る）", f"{words[1]} (shorter)")
    return Part(score, *words)


def label_overlap(source: CodeList, target: CodeList) -> float:
    """The share of the source's codes whose meaning the target has too."""
    meanings = {plain(value.name) for value in target.values}
    found = [plain(value.name) in meanings for value in source.values]
    return sum(found) / len(found) if found else 0.0


def value_part(values: Collection[str], admitted: int, shapes: Iterable[str]) -> Part | None:
    """How well the distinct values of a sample fit: admitted by the target's rules, and of the form they should have.

    None when there are no values: an empty column tells nothing.
    """
    if not values:
        return None
    share = admitted / len(values)
    wanted = [SHAPES[shape] for shape in shapes if shape]
    formed = [sum(form.fullmatch(value) is not None for value in values) / len(values) for form in wanted]
    score = share * (min(formed) if formed else 1.0)
    percent = round(100 * score)
    return Part(score, f"見本の値の {percent}% が移行先に合う", f"{percent} % of the sample's values fit the target")
