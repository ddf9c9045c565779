"""Two values of one field: equal, equal but for their form (and why), or different."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from machikumo.kernel.wareki import WarekiError, parse_any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OMITTED = frozenset({"省略", "【省略】"})
BLANK = frozenset({"", "空欄", "【空欄】", "―", "—"})
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－ｰ", "-"))
HALF_KATAKANA = re.compile("[\uff61-\uff9f]+")
FULL_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class Verdict(enum.StrEnum):
    """What came out."""

    EQUAL = "equal"
    FORM = "form"
    DIFFERENT = "different"


class Form(enum.StrEnum):
    """Why two values that are not the same text say the same."""

    BLANK = "blank"
    WIDTH = "width"
    SPACES = "spaces"
    DASHES = "dashes"
    ERA = "era"


class Decision(enum.StrEnum):
    """What a named person says of a difference."""

    OURS_RIGHT = "ours_right"
    OLD_RIGHT = "old_right"
    EXPLAINED = "explained"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and of FORM every reason."""

    verdict: Verdict
    reasons: tuple[Form, ...] = ()


def is_asked(old: str) -> bool:
    """Whether the old system says anything of the field: what it left out on purpose is not compared."""
    return old.strip() not in OMITTED


def judge(old: str, ours: str) -> Judgement:
    """Compare the old system's value with ours.

    Letters are never folded into others: only width, white space, kinds of dashes and the form of a date are. A
    compatibility ideograph, a selector or another figure of a character is a difference. The fewest reasons are told.
    """
    if old == ours:
        return Judgement(Verdict.EQUAL)
    if old.strip() in BLANK and ours.strip() in BLANK:
        return Judgement(Verdict.FORM, (Form.BLANK,))
    if _is_same_day(old, ours):
        return Judgement(Verdict.FORM, (Form.ERA,))
    for count in range(1, len(FOLDS) + 1):
        for reasons in combinations(FOLDS, count):
            if _folded(old, reasons) == _folded(ours, reasons):
                return Judgement(Verdict.FORM, reasons)
    return Judgement(Verdict.DIFFERENT)


def _folded(text: str, reasons: Iterable[Form]) -> str:
    for reason in reasons:
        text = FOLDS[reason](text)
    return text


def fold_width(text: str) -> str:
    """Full-width ASCII and half-width kana as the usual ones; nothing else is touched."""
    return HALF_KATAKANA.sub(lambda part: unicodedata.normalize("NFKC", part[0]), text).translate(FULL_ASCII)


def fold_spaces(text: str) -> str:
    """Without any white space."""
    return "".join(text.split())


def fold_dashes(text: str) -> str:
    """Every dash as a hyphen; the long sign of kana (ー) stays unless a figure stands on both sides."""
    return re.sub(r"(?<=[0-9０-９])ー(?=[0-9０-９])", "-", text.translate(DASHES))


FOLDS: dict[Form, Callable[[str], str]] = {
    Form.WIDTH: fold_width,
    Form.SPACES: fold_spaces,
    Form.DASHES: fold_dashes,
}


def _is_same_day(old: str, ours: str) -> bool:
    days = _day(old), _day(ours)
    return days[0] is not None and days[0] == days[1]


def _day(text: str) -> str | None:
    plain = fold_spaces(fold_width(text)).removeprefix("西暦").replace("/", "-").replace("元年", "1年")
    try:
        return parse_any(plain).isoformat()
    except WarekiError:
        return None


def checked(decision: Decision, reason: str) -> str:
    """The reason without white space around it; ValueError when there is none, for every decision needs one."""
    if not reason.strip():
        raise ValueError(decision)
    return reason.strip()


def is_settled(decision: str) -> bool:
    """Whether nothing is left to do: a difference in which the old system is right is still to be mended here."""
    return decision in {Decision.OURS_RIGHT, Decision.EXPLAINED}
