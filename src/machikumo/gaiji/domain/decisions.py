"""What is decided about one figure, in the three forms in which a name leaves the register; and who may confirm it.

Exact: the MJ figure with its writing (base and selector). Display: what screens show. Reduced (縮退): a character of
JIS X 0213 or 0208 for systems that know no more, with its ground. Or: nothing resembles it, keep it as a figure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from machikumo.gaiji.domain.errors import SamePerson, WrongDecision
from machikumo.kernel.text import graphemes

_FIGURE = re.compile(r"(?:MJ|GJ)\d{6}")
LONGEST_REASON = 1_000
_TO_0208 = b"\x1b$B"  # the codec also knows the yen sign and the overline of JIS X 0201
_FULL_WIDTH = 2  # bytes; one byte is JIS X 0201. The EUC codec would take JIS X 0212 for JIS X 0213, so it is not used
NONE_MARK = "＿"  # the official table's sign for "none": never written into data


class Outcome(StrEnum):
    """What a decision says."""

    IDENTIFIED = "identified"
    KEPT = "kept"


class State(StrEnum):
    """Where a decision stands; a confirmed one is superseded when the next is confirmed."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    SUPERSEDED = "superseded"


class ReducedTo(StrEnum):
    """The smaller character set of a reduced form."""

    JIS_X_0213 = "jis_x_0213"
    JIS_X_0208 = "jis_x_0208"


class Ground(StrEnum):
    """Why a reduced form may stand for a figure, strongest first; the first five are the official table's."""

    UNIFICATION = "unification"
    NOTICE = "notice"
    PUBLIC_NOTICE_582 = "public_notice_582"
    DICTIONARY = "dictionary"
    ANALOGY = "analogy"
    TOWN = "town"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about one figure; for a kept one everything but the reason is empty."""

    outcome: Outcome
    reason: str
    figure: str = ""
    text: str = ""
    display: str = ""
    reduced: str = ""
    reduced_to: ReducedTo | None = None
    ground: Ground | None = None


def checked(decision: Decision) -> Decision:
    """The decision, unchanged, when it is whole and agrees with itself.

    Raises:
        WrongDecision: the first thing that is missing or does not fit.
    """
    if not decision.reason.strip():
        raise WrongDecision("理由を書いてください。", "Please give the reason.")
    if len(decision.reason) > LONGEST_REASON:
        raise WrongDecision(f"理由は{LONGEST_REASON}文字以内です。", f"The reason has at most {LONGEST_REASON} signs.")
    if decision.outcome == Outcome.KEPT:
        _require_empty(decision)
    else:
        _require_figure(decision)
        _require_reduced(decision)
    return decision


def _require_empty(decision: Decision) -> None:
    if decision.figure or decision.text or decision.display or decision.reduced:
        raise WrongDecision(
            "図形のまま残すときは、図形名や文字を指定しません。",
            "A figure that is kept as it is gets no name and no character.",
        )


def _require_figure(decision: Decision) -> None:
    if not _FIGURE.fullmatch(decision.figure):
        raise WrongDecision(
            "MJ文字図形名は「MJ000001」の形です。候補から選ぶか、入力してください。",
            "The figure's name is written as 'MJ000001': choose a candidate or type it.",
        )
    for text, ja, en in ((decision.text, "文字", "character"), (decision.display, "表示", "display form")):
        if len(graphemes(text)) != 1 or not _is_safe(text):
            raise WrongDecision(
                f"{ja}は1文字（基底文字と異体字セレクタ）で指定してください。",
                f"The {en} is one character: a base and, where needed, its selector.",
            )


def _require_reduced(decision: Decision) -> None:
    if not decision.reduced:
        if decision.reduced_to or decision.ground:
            raise WrongDecision("縮退先の文字がありません。", "The reduced character is missing.")
        return
    if decision.reduced_to is None or decision.ground is None:
        raise WrongDecision(
            "縮退先の文字集合と根拠を選んでください。", "Choose the character set and the ground of the reduced form."
        )
    if not is_in(decision.reduced, decision.reduced_to):
        raise WrongDecision(
            f"「{decision.reduced}」は選んだ文字集合（JIS）にありません。",
            f"'{decision.reduced}' is not in the chosen JIS character set.",
        )


def _is_safe(text: str) -> bool:
    return all(unicodedata.category(sign) not in {"Co", "Cc", "Cs", "Cn"} for sign in text)


def is_in(text: str, reduced_to: ReducedTo) -> bool:
    """Whether a single character belongs to JIS X 0213, or to JIS X 0208; the sign for "none" never does."""
    if len(text) != 1 or text == NONE_MARK or text.isascii():
        return False
    if _encoded(text, "iso2022_jp").startswith(_TO_0208):  # the larger set holds the smaller one
        return True
    return reduced_to == ReducedTo.JIS_X_0213 and len(_encoded(text, "shift_jis_2004")) == _FULL_WIDTH


def _encoded(text: str, codec: str) -> bytes:
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return b""


def refuse_same_person(decided_by: str, reviewer: str) -> None:
    """Raise SamePerson when the second reviewer is the first."""
    if decided_by == reviewer:
        raise SamePerson
