"""An issue: what is wrong, where, and what to do; and how much of a value may be shown."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.definition import PRINTABLE, Item, Sensitivity, Severity
from machikumo.layouts.domain.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    ``row`` counts data records from 1 (0: the whole file), ``line`` physical lines with the header as 1, ``offset``
    bytes of the row's start from 0. ``value`` is masked as the item's sensitivity asks; the raw value is only in the
    quarantine file. ``facts`` fill the message.
    """

    rule: str
    severity: Severity
    file: str = ""
    row: int = 0
    line: int = 0
    offset: int = 0
    item: str = ""
    item_name: str = ""
    value: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def at(self, file: str, row: int, line: int, offset: int) -> Issue:
        """Return the same issue at its place."""
        return Issue(
            self.rule, self.severity, file, row, line, offset, self.item, self.item_name, self.value, self.facts
        )

    @property
    def message_ja(self) -> str:
        """What is wrong, in Japanese."""
        return MESSAGES[self.rule].ja.format_map(self.facts)

    @property
    def message_en(self) -> str:
        """What is wrong, in English."""
        return MESSAGES[self.rule].en.format_map(self.facts)

    @property
    def remedy_ja(self) -> str:
        """What to do, in Japanese."""
        return MESSAGES[self.rule].remedy_ja

    @property
    def remedy_en(self) -> str:
        """What to do, in English."""
        return MESSAGES[self.rule].remedy_en

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for a report."""
        named = ("rule", "file", "row", "line", "offset", "item", "item_name", "value", "message_ja", "message_en")
        texts = ("remedy_ja", "remedy_en")
        return {"severity": self.severity.value} | {name: getattr(self, name) for name in (*named, *texts)}


def mask(value: str, sensitivity: Sensitivity) -> str:
    """Return what a report may show of a value.

    Plain: the value, cut at 40 characters. Personal: its shape (9 digit, a letter, ｱ half-width kana, ＊ anything
    else, signs as they are). Vault: only how long it is.
    """
    if sensitivity is Sensitivity.VAULT:
        return f"（{len(value)}文字・非表示）"
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return shown if sensitivity is Sensitivity.PLAIN else shown.translate(_SHAPES)


class _Shapes(dict[int, str]):
    """The shape of each character, found once."""

    def __missing__(self, code: int) -> str:
        self[code] = shape = _shape(chr(code))
        return shape


def _shape(character: str) -> str:
    if character.isascii():
        return "9" if character.isdigit() else "a" if character.isalpha() else character
    if "\uff61" <= character <= "\uff9f":
        return "ｱ"
    return character if character in "　…" else "＊"


_SHAPES = _Shapes()


def cell_issue(rule: str, item: Item, value: str, facts: Mapping[str, str], severity: Severity) -> Issue:
    """Return an issue of a cell, its value masked; the place is filled in by who knows it."""
    if rule == "cell.pattern" and item.pattern.startswith(PRINTABLE):
        rule, facts = _text_rule(item, value)
    return Issue(
        rule=rule,
        severity=severity,
        item=item.key,
        item_name=item.name,
        value=mask(value, item.sensitivity),
        facts=facts,
    )


def _text_rule(item: Item, value: str) -> tuple[str, Mapping[str, str]]:
    """Return what is wrong with a mixed text in words: its length, or characters that nobody can read elsewhere."""
    if len(value) > item.length:
        return "cell.length", {"count": str(len(value)), "limit": str(item.length)}
    return "cell.text", {}


def file_issue(
    rule: str, severity: Severity = Severity.ERROR, line: int = 0, offset: int = 0, /, **facts: object
) -> Issue:
    """Return an issue of the file as a whole."""
    return Issue(
        rule=rule, severity=severity, line=line, offset=offset, facts={key: str(value) for key, value in facts.items()}
    )


def code_points(characters: Iterable[str]) -> str:
    """Return characters as a list for people: the sign (when it can be seen) and its code point, each once."""
    unique = dict.fromkeys(characters)
    shown = [f"{sign} U+{ord(sign):04X}" if _is_visible(sign) else f"U+{ord(sign):04X}" for sign in unique]
    return "、".join(shown[:5]) + ("…" if len(shown) > 5 else "")  # noqa: PLR2004 - five are enough to see what it is


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNPS"


def count_by_rule(issues: Iterable[Issue]) -> dict[str, int]:
    """Return how many issues there are of each rule, most first."""
    return dict(Counter(issue.rule for issue in issues).most_common())
