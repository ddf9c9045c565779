"""The rules of a layout, compiled once: each knows exactly which values it accepts and a quick screen for suspects.

``accepts`` is the definition of the rule. ``screen`` may name too many cells but never too few: what it passes needs
no closer look. So both executors report the same cells, and the tests hold them against each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from machikumo.kernel.numbers.domain.digits import RULES, NumberKind, is_valid
from machikumo.layouts.domain import dates
from machikumo.layouts.domain.definition import Item, ItemType, Layout, Requirement, Sensitivity
from machikumo.layouts.domain.issues import Issue, cell_issue, code_points
from machikumo.layouts.domain.measures import DAYS, OPEN_YEARS, day_reader, form_of, size_reader
from machikumo.layouts.domain.rowrules import RowRule, row_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ("CellRule", "RowRule", "RuleSet", "Screen", "compile_rules", "visible_length")

SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NOT_HALF = "[^ -~｡-ﾟ]"
_NOT_FULL = "[\x00-\x7f\x80-\xa0｡-ﾟ]"
_SELECTOR = re.compile(f"[{SELECTORS}]")
_PRIVATE = re.compile(f"[{PRIVATE}]")
# Weights of the modulus-11 check digits, for the screen only: the verdict is the kernel's.
_DIGIT_WEIGHTS = {
    NumberKind.INDIVIDUAL: (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2),
    NumberKind.RESIDENT_RECORD: (5, 4, 3, 2, 7, 6, 5, 4, 3, 2),
}
# Numbers of so many digits fit 64 bits.
_LONGEST_WHOLE = 18
_SURE_YEAR = "^[12][0-9]{3}$"


@dataclass(frozen=True, slots=True)
class Screen:
    """A quick look at a column. Suspects are …

    ``empty``: empty cells; ``longer``: cells of more than ``limit`` characters; ``lacks``: filled cells that do not
    match ``pattern``; ``contains``: cells that match it; ``missing``: filled cells not in ``values``; ``whole``: filled
    cells that are not ``least`` to ``limit`` digits; ``digits``: cells
    of ``limit`` digits whose last differs by other than ``lead`` from the check digit by ``weights``; ``distinct``:
    whatever the rule refuses, asked once for every distinct value; ``none``: nothing.
    """

    kind: str
    limit: int = 0
    least: int = 0
    pattern: str = ""
    values: frozenset[str] = frozenset()
    weights: tuple[int, ...] = ()
    lead: int = 0


@dataclass(frozen=True, slots=True)
class CellRule:
    """A rule on one cell; ``facts`` gives the words of its message for a refused value."""

    id: str
    item: Item
    column: int
    accepts: Callable[[str], bool]
    screen: Screen
    facts: Callable[[str], Mapping[str, str]]

    def issue(self, value: str) -> Issue:
        """Return the issue of a refused value, without its place."""
        return cell_issue(self.id, self.item, value, self.facts(value), self.item.severity)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a layout that can be judged row by row."""

    layout: Layout
    cells: tuple[CellRule, ...]
    rows: tuple[RowRule, ...]
    mapped: frozenset[str] = frozenset()
    training: bool = False


def compile_rules(layout: Layout, *, mapped: frozenset[str] = frozenset(), training: bool = False) -> RuleSet:
    """Return the rules of a layout.

    ``mapped`` are the user-defined characters with a decision (none: every one is refused). ``training`` chooses the
    check digits of a training organisation.
    """
    cells = [
        _with_sentinels(rule)
        for column, item in enumerate(layout.items)
        for rule in _rules_of(item, column, layout, mapped, training=training)
    ]
    return RuleSet(layout, tuple(cells), tuple(row_rules(layout)), mapped, training)


def _rules_of(item: Item, column: int, layout: Layout, mapped: frozenset[str], *, training: bool) -> Iterator[CellRule]:
    rule = partial(CellRule, item=item, column=column)
    if item.requirement is Requirement.REQUIRED:
        yield rule(id="cell.required", accepts=bool, screen=Screen("empty"), facts=_no_facts)
    if item.code_list:
        yield _code_rule(rule, item)
    elif item.pattern:
        yield _pattern_rule(rule, item)
    elif item.type in {ItemType.HALF, ItemType.FULL, ItemType.PICTURE}:
        yield from _text_rules(rule, item, mapped)
    else:
        yield _form_rule(rule, item, layout)
    if item.minimum or item.maximum:
        yield _range_rule(rule, item, layout)
    if item.check_digit:
        yield _check_digit_rule(rule, item, training=training)


def _with_sentinels(rule: CellRule) -> CellRule:
    """Return the rule as it is for an item some of whose values stand for none: these it lets pass."""
    none, accepts = rule.item.sentinels, rule.accepts
    return replace(rule, accepts=lambda value: value in none or accepts(value)) if none else rule


def _no_facts(_value: str) -> Mapping[str, str]:
    return {}


def _code_rule(rule: Callable[..., CellRule], item: Item) -> CellRule:
    assert item.code_list is not None  # noqa: S101 - the caller looked
    codes = item.code_list.codes
    name = item.code_list.name
    return rule(
        id="cell.code",
        accepts=lambda value: not value or value in codes,
        screen=Screen("missing", values=codes),
        facts=lambda _value: {"list": name},
    )


def _pattern_rule(rule: Callable[..., CellRule], item: Item) -> CellRule:
    whole = re.compile(item.pattern)
    return rule(
        id="cell.pattern",
        accepts=lambda value: not value or whole.fullmatch(value) is not None,
        screen=_pattern_screen(item.pattern),
        facts=lambda _value: {"pattern": item.pattern},
    )


def _pattern_screen(pattern: str) -> Screen:
    """Return the screen of a form; some digits are quicker read as a number than matched."""
    digits = re.fullmatch(r"\[0-9\]\{(?:([0-9]+),)?([0-9]+)\}", pattern)
    if digits and int(digits[2]) <= _LONGEST_WHOLE:
        return Screen("whole", limit=int(digits[2]), least=int(digits[1] or digits[2]))
    return Screen("lacks", pattern=f"^(?:{pattern})$")


def visible_length(value: str) -> int:
    """Return how many characters a value has when variation selectors are not counted."""
    return len(value) if value.isascii() else len(_SELECTOR.sub("", value))


def _text_rules(rule: Callable[..., CellRule], item: Item, mapped: frozenset[str]) -> Iterator[CellRule]:
    limit = item.length
    yield rule(
        id="cell.length",
        accepts=lambda value: visible_length(value) <= limit,
        screen=Screen("longer", limit=limit),
        facts=lambda value: {"count": str(visible_length(value)), "limit": str(limit)},
    )
    full = item.type is ItemType.FULL
    shown = full and item.sensitivity is Sensitivity.PLAIN
    yield _forbidding(rule, "cell.width", _NOT_FULL if full else _NOT_HALF, _width_facts(full=full, shown=shown))
    if full:
        yield _gaiji_rule(rule, mapped)
        wrong = f"(?:^|[{SELECTORS}])[{SELECTORS}]" if item.selectors else f"[{SELECTORS}]"
        yield _forbidding(rule, "cell.selector", wrong, lambda _found: {})


def _forbidding(
    rule: Callable[..., CellRule], name: str, pattern: str, facts: Callable[[list[str]], Mapping[str, str]]
) -> CellRule:
    wrong = re.compile(pattern)
    return rule(
        id=name,
        accepts=lambda value: wrong.search(value) is None,
        screen=Screen("contains", pattern=_rust(pattern)),
        facts=lambda value: facts(wrong.findall(value)),
    )


def _width_facts(*, full: bool, shown: bool) -> Callable[[list[str]], Mapping[str, str]]:
    words = (
        {"wanted_ja": "全角", "wanted_en": "full-width"} if full else {"wanted_ja": "半角", "wanted_en": "half-width"}
    )
    return lambda found: words | {"characters": code_points(found) if shown else f"{len(found)}文字"}


def _gaiji_rule(rule: Callable[..., CellRule], mapped: frozenset[str]) -> CellRule:
    def unknown(value: str) -> list[str]:
        return [sign for sign in _PRIVATE.findall(value) if sign not in mapped]

    return rule(
        id="cell.gaiji",
        accepts=lambda value: not unknown(value),
        screen=Screen("contains", pattern=_rust(f"[{private_without(mapped)}]")),
        facts=lambda value: {"characters": code_points(unknown(value))},
    )


def private_without(mapped: frozenset[str]) -> str:
    """Return the private-use characters without a decision, as ranges of a character class."""
    ranges = []
    for first, last in (("\ue000", "\uf8ff"), ("\U000f0000", "\U000ffffd"), ("\U00100000", "\U0010fffd")):
        start = ord(first)
        for known in sorted(ord(sign) for sign in mapped if first <= sign <= last):
            if start < known:
                ranges.append((start, known - 1))
            start = known + 1
        if start <= ord(last):
            ranges.append((start, ord(last)))
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in ranges)


def _rust(pattern: str) -> str:
    """Return the pattern with control characters written out, as Rust's expressions want them."""
    return "".join(sign if " " <= sign <= "~" else f"\\x{{{ord(sign):X}}}" for sign in pattern)


def _form_rule(rule: Callable[..., CellRule], item: Item, layout: Layout) -> CellRule:
    if item.type in DAYS:
        return _date_rule(rule, item, layout)
    name, pattern = form_of(item, layout)
    whole = re.compile(pattern)
    screen, facts = _pattern_screen(pattern), {}
    if item.type is ItemType.BOOLEAN:
        facts = {"yes": layout.physical.true_value, "no": layout.physical.false_value}
        screen = Screen("missing", values=frozenset(facts.values()))
    closed = frozenset[str]()
    if item.type is ItemType.YEAR and not item.open_end:
        closed, screen = frozenset(OPEN_YEARS), Screen("lacks", pattern=_SURE_YEAR)
    return rule(
        id=name,
        accepts=lambda value: not value or (whole.fullmatch(value) is not None and value not in closed),
        screen=screen,
        facts=lambda _value: facts,
    )


def _date_rule(rule: Callable[..., CellRule], item: Item, layout: Layout) -> CellRule:
    read = day_reader(item, layout)
    form = "compact" if layout.physical.date_form == "compact" else "iso"
    era = item.type is ItemType.WAREKI
    sure = dates.surely_era_date(layout.physical.eras) if era else dates.surely_date(form)

    def facts(value: str) -> Mapping[str, str]:
        found = read(value)
        assert isinstance(found, dates.NoDay)  # noqa: S101 - only refused values come here
        return {"reason_ja": found.reason_ja, "reason_en": found.reason_en}

    return rule(
        id="cell.wareki" if era else "cell.date",
        accepts=lambda value: not value or not isinstance(read(value), dates.NoDay),
        screen=Screen("lacks", pattern=sure),
        facts=facts,
    )


def _range_rule(rule: Callable[..., CellRule], item: Item, layout: Layout) -> CellRule:
    measure = size_reader(item, layout)
    low, high = (_bound(item, text) for text in (item.minimum, item.maximum))

    def accepts(value: str) -> bool:
        size = measure(value)
        return size is None or ((low is None or low <= size) and (high is None or size <= high))

    words = {"low": item.minimum, "high": item.maximum}
    return rule(id="cell.range", accepts=accepts, screen=Screen("distinct"), facts=lambda _value: words)


def _bound(item: Item, text: str) -> int | None:
    if not text:
        return None
    return int(text.replace("-", "")) if item.type in DAYS else int(text)


def _check_digit_rule(rule: Callable[..., CellRule], item: Item, *, training: bool) -> CellRule:
    kind = NumberKind(item.check_digit)
    whole = re.compile(item.pattern or "[0-9]+")
    words = {
        "training_ja": "練習用の規則" if training else "本番の規則",
        "training_en": "training rule" if training else "live rule",
    }
    return rule(
        id="cell.check_digit",
        accepts=lambda value: whole.fullmatch(value) is None or is_valid(value, kind, training=training),
        screen=_digit_screen(kind, item.pattern, training=training),
        facts=lambda _value: words,
    )


def _digit_screen(kind: NumberKind, pattern: str, *, training: bool) -> Screen:
    weights = _DIGIT_WEIGHTS.get(kind)
    if weights is None or pattern != f"[0-9]{{{len(weights) + 1}}}":
        return Screen("distinct")  # numbers of another length are refused too
    if not training and not RULES[kind].confirmed:
        return Screen("none")  # nobody is accused by a formula that was not read in a source
    return Screen("digits", limit=len(weights) + 1, weights=weights, lead=int(training))
