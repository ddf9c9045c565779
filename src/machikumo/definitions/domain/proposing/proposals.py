"""From two layouts, and a sample of the source if there is one, to the moves that are proposed between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from machikumo.definitions.domain.proposing.assignment import assigned
from machikumo.definitions.domain.proposing.conversion import Conversion, Sides, conversion, joined, parted, step
from machikumo.definitions.domain.proposing.likeness import Namer, Part, Words, kind_part, name_part, value_part
from machikumo.definitions.domain.proposing.vocabulary import plain
from machikumo.layouts.domain.definition import Requirement
from machikumo.layouts.domain.errors import Unmappable
from machikumo.layouts.domain.mapping import move_of
from machikumo.layouts.domain.rules import compile_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from machikumo.definitions.domain.proposing.conversion import Pairs, StepTable
    from machikumo.definitions.domain.proposing.vocabulary import Pair, Vocabulary
    from machikumo.layouts.domain.definition import Item, Layout
    from machikumo.layouts.domain.mapping import Move

Reason = tuple[str, str]
LEAST = 0.6  # below this nothing is proposed
_WORTH_A_LOOK = 0.35  # below this the values are not looked at
_NAME, _KIND, _VALUE = 0.62, 0.23, 0.15
_SAME_CODES = 0.6  # what it is worth that all codes mean the same, whatever the names are
_FORBIDS, _ORDER = 0.3, 1e-4
_MOST_VALUES, _OTHERS = 60, 3
_MISFIT, _MISFIT_WORTH = 0.5, 0.6
_KANA, _BETWEEN = {"フリガナ", "カナ", "かな", "ふりがな", "読み仮名", "kana"}, "_ ・()（）"


class Rival(NamedTuple):
    """A source item that would have been the next choice."""

    source: str
    score: float


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed move. A constant has no source; what comes from a split has two targets."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    score: float
    reasons: tuple[Reason, ...]
    steps: tuple[StepTable, ...]
    doubts: tuple[Reason, ...] = ()
    others: tuple[Rival, ...] = ()
    maps: Mapping[str, Pairs] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposals:
    """All that is proposed, in the order of the target, and the items on both sides that stay open."""

    moves: tuple[Proposed, ...]
    maps: Mapping[str, Pairs] = field(default_factory=dict)
    open_sources: tuple[str, ...] = ()
    open_targets: tuple[str, ...] = ()

    @property
    def pairs(self) -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Sources and targets of the moves that have a source."""
        return frozenset((one.source, one.target) for one in self.moves if one.source)


class _Found(NamedTuple):
    """How well one source (or two) goes to one target."""

    score: float
    parts: tuple[Part, ...]
    made: Conversion


def propose_moves(
    sides: Sides,
    vocabulary: Vocabulary,
    columns: Mapping[str, Sequence[str]] | None = None,
    *,
    training: bool = False,
) -> Proposals:
    """The moves that names, kinds and, where there are some, values speak for; no item is used twice.

    ``columns`` are values of a sample by source item; ``training`` chooses the check digits that they are held against.
    """
    return _Proposer(sides, vocabulary, columns or {}, training=training).proposals()


class _Proposer:
    def __init__(
        self, sides: Sides, vocabulary: Vocabulary, columns: Mapping[str, Sequence[str]], *, training: bool
    ) -> None:
        self.sides, self.vocabulary = sides, vocabulary
        self.namer = Namer(vocabulary, sides.target)
        self.values = {key: _distinct(values) for key, values in columns.items()}
        rules = compile_rules(sides.target, training=training)
        self.admits = {
            item.key: [rule.accepts for rule in rules.cells if rule.item.key == item.key] for item in sides.target.items
        }

    def proposals(self) -> Proposals:
        source, target = self.sides.source, self.sides.target
        here, there = couples(source, self.vocabulary.pair), couples(target, self.vocabulary.pair)
        joins = [(couple, wanted) for couple in here if (wanted := self._whole(target, couple, there)) is not None]
        splits = [(one, couple) for couple in there if (one := self._whole(source, couple, here)) is not None]
        moves = [self._join(couple, item) for couple, item in joins] + [self._split(one, two) for one, two in splits]
        used = {key for move in moves for key in move.source}
        fed = {key for move in moves for key in move.target}
        moves += self._singles(
            [item for item in source.items if item.key not in used], [one for one in target.items if one.key not in fed]
        )
        fed = {key for move in moves for key in move.target}
        moves += [self._constant(item) for item in target.items if item.key not in fed and self._may_be_constant(item)]
        return self._ordered(moves)

    def _ordered(self, moves: list[Proposed]) -> Proposals:
        place = self.sides.target.index
        moves.sort(key=lambda move: place[move.target[0]])
        used = {key for move in moves for key in move.source}
        fed = {key for move in moves for key in move.target}
        maps = {key: pairs for move in moves for key, pairs in move.maps.items()}
        return Proposals(
            tuple(moves), maps,
            tuple(key for key in self.sides.source.keys if key not in used),
            tuple(key for key in self.sides.target.keys if key not in fed),
        )  # fmt: skip

    # ---- one to one --------------------------------------------------------------------------------------------------
    def _singles(self, sources: list[Item], targets: list[Item]) -> list[Proposed]:
        words = [self.namer.words(item) for item in sources]
        table = [
            [self._found(item, said, target) for target in targets] for item, said in zip(sources, words, strict=True)
        ]
        worth = [[self._worth(at, place, one) for place, one in enumerate(row)] for at, row in enumerate(table)]
        chosen = assigned(worth, LEAST)
        return [
            self._proposed(sources[at], targets[place], table[at][place], self._rivals(sources, table, at, place))
            for at, place in chosen.items()
        ]

    def _worth(self, at: int, place: int, found: _Found) -> float:
        """The score; of equal ones those go first that stand first in their layouts."""
        return max(LEAST, found.score - _ORDER * (place + at)) if found.score >= LEAST else 0.0

    def _rivals(self, sources: list[Item], table: list[list[_Found]], at: int, place: int) -> tuple[Rival, ...]:
        others = [
            Rival(item.key, round(row[place].score, 2))
            for other, (item, row) in enumerate(zip(sources, table, strict=True))
            if other != at and row[place].score >= LEAST
        ]
        return tuple(sorted(others, key=lambda one: -one.score)[:_OTHERS])

    def _found(self, source: Item, words: Words, target: Item) -> _Found:
        name, kind = name_part(self.namer, source, words, target), kind_part(source, target)
        score = (_NAME * name.score + _KIND * kind.score) / (_NAME + _KIND)
        same = bool(source.code_list and target.code_list and kind.score == 1)
        if same:
            score = max(score, _SAME_CODES + (1 - _SAME_CODES) * name.score)
        elif not kind.score:
            score *= _FORBIDS
        empty = _Found(score, (name, kind), Conversion((), {}))
        if score < _WORTH_A_LOOK:
            return empty
        values = self.values.get(source.key, ())
        made = conversion(self.sides, source, target, values, fill=self._fills(target))
        part = value_part(values, self._admitted(made, values, source, target), self._shapes(target))
        if part is None:
            return empty._replace(made=made)
        score = (1 - _VALUE) * score + _VALUE * part.score
        if part.score < _MISFIT:
            score *= _MISFIT_WORTH
        return _Found(score, (name, kind, part), made)

    def _fills(self, target: Item) -> bool:
        tokens = self.namer.known[target.key].every
        return any(concept.fill for token in tokens if (concept := self.vocabulary.concept(token)))

    def _shapes(self, target: Item) -> Iterable[str]:
        tokens = self.namer.known[target.key].name
        shapes = [concept.shape for token in tokens if (concept := self.vocabulary.concept(token)) and concept.shape]
        # a mark or a note about a day is no day
        return shapes if shapes != ["day"] or target.type.value in {"DATE", "WAREKI"} else []

    def _admitted(self, made: Conversion, values: Sequence[str], source: Item, target: Item) -> int:
        if not values:
            return 0
        steps = [one for one in made.steps if one["kind"] != "gaiji_map"] or [step("copy")]
        move = move_of(
            {"source": [source.key], "target": [target.key], "steps": [dict(one) for one in steps]},
            "proposal", made.maps, self.sides.code_lists,
        )  # fmt: skip
        return sum(self._goes(move, value, target) for value in values)

    def _goes(self, move: Move, value: str, target: Item) -> bool:
        try:
            (arrived,) = move.one((value,))
        except Unmappable:
            return False
        return all(accepts(arrived) for accepts in self.admits[target.key])

    def _proposed(self, source: Item, target: Item, found: _Found, others: tuple[Rival, ...]) -> Proposed:
        reasons = tuple((part.reason_ja, part.reason_en) for part in found.parts)
        made = found.made
        return Proposed(
            (source.key,), (target.key,), round(found.score, 2), reasons, made.steps, made.doubts, others, made.maps
        )

    # ---- two to one, one to two, none to one -------------------------------------------------------------------------
    def _whole(self, layout: Layout, couple: Couple, of_layout: Sequence[Couple]) -> Item | None:
        """The item of the other layout that holds both, when that layout has no such couple itself."""
        if any(other.further == couple.further for other in of_layout):
            return None
        wanted = {self.vocabulary.pair.whole, *self.vocabulary.tokens(couple.further)}
        return next((item for item in layout.items if self.vocabulary.tokens(item.name) - {"kanji"} == wanted), None)

    def _join(self, couple: Couple, target: Item) -> Proposed:
        values = [*self.values.get(couple.first.key, ()), *self.values.get(couple.second.key, ())]
        made = joined(self.sides, couple.first, couple.second, target, values)
        reason = (f"{couple.first.name}と{couple.second.name}で{target.name}になる", "two columns make the whole name")
        return Proposed((couple.first.key, couple.second.key), (target.key,), 0.9, (reason,), made.steps)

    def _split(self, source: Item, couple: Couple) -> Proposed:
        reason = (f"{source.name}を{couple.first.name}と{couple.second.name}に分ける", "the whole name has both parts")
        return Proposed((source.key,), (couple.first.key, couple.second.key), 0.9, (reason,), parted().steps)

    def _may_be_constant(self, item: Item) -> bool:
        return item.requirement is Requirement.REQUIRED and item.key in self.vocabulary.defaults

    def _constant(self, item: Item) -> Proposed:
        default = self.vocabulary.defaults[item.key]
        reason = (default.reason_ja, default.reason_en)
        doubt = ("固定値でよいか確かめてください。", "Please agree to the constant.")
        return Proposed(
            (), (item.key,), LEAST, (reason,), (step("constant", invertible=False, value=default.value),), (doubt,)
        )


@dataclass(frozen=True, slots=True)
class Couple:
    """Two items that together are one name; ``further`` are the words that both have beside it (フリガナ)."""

    first: Item
    second: Item
    further: str


def couples(layout: Layout, pair: Pair) -> list[Couple]:
    """The items of a layout that are first and second part of a name."""
    firsts, seconds = ({rest: item for item, rest in _rests(layout, words)} for words in (pair.first, pair.second))
    return [Couple(item, seconds[rest], rest) for rest, item in firsts.items() if rest in seconds]


def _rests(layout: Layout, words: frozenset[str]) -> Iterable[tuple[Item, str]]:
    for item in reversed(layout.items):
        name = plain(item.name)
        for word in words:
            if name == word:
                yield item, ""
            elif name.startswith(word) and name[len(word) :].strip(_BETWEEN) in _KANA:
                yield item, "カナ"


def _distinct(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))[:_MOST_VALUES]
