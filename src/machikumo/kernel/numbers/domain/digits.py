"""Check digits of the four official numbers, and the training rule.

In a training organisation a personal number is valid when its check digit is the official one plus 1
(mod 10), so no number of a test or demo can be anybody's in life.

Sources: individual number, 番号法施行令8条 and 平成26年総務省令第85号 5条 (read in several public copies);
corporate number, 法人番号の検査用数字 (modulus 9; agrees with published numbers); local government code,
総務省「全国地方公共団体コード」 (all codes of the shipped table agree).
Resident record code (住民基本台帳法施行規則1条): no copy of the formula was read. It is taken to be that of
the individual number, is marked ``confirmed=False`` and so never accuses a number in a live organisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from operator import mul
from typing import TYPE_CHECKING

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Callable


class NumberKind(StrEnum):
    """Which official number it is; the value stands in tables and files."""

    INDIVIDUAL = "individual_number"
    RESIDENT_RECORD = "resident_record_code"
    CORPORATE = "corporate_number"
    LOCAL_GOVERNMENT = "local_government_code"


PERSONAL = frozenset({NumberKind.INDIVIDUAL, NumberKind.RESIDENT_RECORD})


class Verdict(StrEnum):
    """What the digits alone say of a number; never whose it is."""

    VALID = "valid"
    UNVERIFIED = "unverified"
    WRONG_FORM = "wrong_form"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    TRAINING_NUMBER = "training_number"
    REAL_NUMBER = "real_number"


class NumberError(MachikumoError):
    """Base of the vault's errors; none of them carries a number."""


class WrongForm(NumberError):
    """Not the right count of half-width digits."""


class WrongCheckDigit(NumberError):
    """The check digit does not fit: a slip of typing or copying."""


class TrainingNumberInLife(NumberError):
    """A training number was given to a live organisation."""


class RealNumberInTraining(NumberError):
    """A number that may be somebody's was given to a training organisation."""


@dataclass(frozen=True, slots=True)
class CheckRule:
    """How one kind of number is built; ``digit_of`` takes the body's digits as ASCII bytes."""

    length: int
    leads: bool
    confirmed: bool
    source: str
    name_ja: str
    name_en: str
    digit_of: Callable[[bytes], int]


def _modulus_11(weights: tuple[int, ...]) -> Callable[[bytes], int]:
    zero = 48 * sum(weights)

    def digit(body: bytes) -> int:
        rest = (sum(map(mul, body, weights)) - zero) % 11
        return 0 if rest <= 1 else 11 - rest

    return digit


def _corporate(body: bytes) -> int:
    total = sum((digit - 48) * (2 - place % 2) for place, digit in enumerate(reversed(body), 1))
    return 9 - total % 9


def _local_government(body: bytes) -> int:
    total = sum((digit - 48) * weight for digit, weight in zip(body, (6, 5, 4, 3, 2), strict=True))
    return (11 - total % 11) % 10


RULES: dict[NumberKind, CheckRule] = {
    NumberKind.INDIVIDUAL: CheckRule(
        length=12,
        leads=False,
        confirmed=True,
        source="平成26年総務省令第85号 5条",
        name_ja="個人番号",
        name_en="individual number",
        digit_of=_modulus_11((6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)),
    ),
    NumberKind.RESIDENT_RECORD: CheckRule(
        length=11,
        leads=False,
        confirmed=False,
        source="住民基本台帳法施行規則1条 (算式は未確認)",
        name_ja="住民票コード",
        name_en="resident record code",
        digit_of=_modulus_11((5, 4, 3, 2, 7, 6, 5, 4, 3, 2)),
    ),
    NumberKind.CORPORATE: CheckRule(
        length=13,
        leads=True,
        confirmed=True,
        source="国税庁「法人番号の検査用数字」",
        name_ja="法人番号",
        name_en="corporate number",
        digit_of=_corporate,
    ),
    NumberKind.LOCAL_GOVERNMENT: CheckRule(
        length=6,
        leads=False,
        confirmed=True,
        source="総務省「全国地方公共団体コード」",
        name_ja="全国地方公共団体コード",
        name_en="local government code",
        digit_of=_local_government,
    ),
}


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def check_digit(body: str, kind: NumberKind) -> int:
    """Return the official check digit of a body (the number without it).

    Raises:
        WrongForm: the body is not the right count of half-width digits.
    """
    rule = RULES[kind]
    if not _is_digits(body, rule.length - 1):
        raise _wrong_form(rule, rule.length - 1)
    return rule.digit_of(body.encode())


def complete(body: str, kind: NumberKind, *, training: bool = False) -> str:
    """Return the whole number of a body, for life or, with ``training``, for a training organisation."""
    digit = check_digit(body, kind)
    if training and kind in PERSONAL:
        digit = (digit + 1) % 10
    return f"{digit}{body}" if RULES[kind].leads else f"{body}{digit}"


def examine(number: str, kind: NumberKind, *, training: bool) -> Verdict:
    """Tell what the digits say of a number in a live or a training organisation.

    The training rule holds for the two personal kinds. Where the official formula is not confirmed, a live
    organisation gets UNVERIFIED instead of an accusation.
    """
    rule = RULES[kind]
    if not _is_digits(number, rule.length):
        return Verdict.WRONG_FORM
    digits = number.encode()
    given, body = (digits[0], digits[1:]) if rule.leads else (digits[-1], digits[:-1])
    lead = (given - 48 - rule.digit_of(body)) % 10
    if kind not in PERSONAL:
        return Verdict.VALID if lead == 0 else Verdict.WRONG_CHECK_DIGIT
    if training:
        return _IN_TRAINING.get(lead, Verdict.WRONG_CHECK_DIGIT)
    return _IN_LIFE.get(lead, Verdict.WRONG_CHECK_DIGIT) if rule.confirmed else Verdict.UNVERIFIED


_IN_TRAINING = {0: Verdict.REAL_NUMBER, 1: Verdict.VALID}
_IN_LIFE = {0: Verdict.VALID, 1: Verdict.TRAINING_NUMBER}
_ACCEPTED = frozenset({Verdict.VALID, Verdict.UNVERIFIED})


def is_valid(number: str, kind: NumberKind, *, training: bool) -> bool:
    """Tell whether the vault of a live or a training organisation takes the number."""
    return examine(number, kind, training=training) in _ACCEPTED


def require_valid(number: str, kind: NumberKind, *, training: bool) -> None:
    """Raise the error that says what is wrong with the number, if anything is; it never holds the number.

    Raises:
        WrongForm: not the right count of half-width digits.
        WrongCheckDigit: a slip of typing or copying.
        TrainingNumberInLife: a training number in a live organisation.
        RealNumberInTraining: a possibly real number in a training organisation.
    """
    verdict = examine(number, kind, training=training)
    if verdict not in _ACCEPTED:
        raise error_of(verdict, kind)


def error_of(verdict: Verdict, kind: NumberKind) -> NumberError:
    """Return the error that a refusing verdict stands for, without any number in it."""
    rule = RULES[kind]
    if verdict is Verdict.TRAINING_NUMBER:
        return TrainingNumberInLife(
            f"練習用の{rule.name_ja}です。本番の団体には登録できません。届出書の番号を確認してください。",
            f"This is a training {rule.name_en}: a live organisation refuses it. Check the form.",
        )
    if verdict is Verdict.REAL_NUMBER:
        return RealNumberInTraining(
            f"実在しうる{rule.name_ja}です。練習用の団体には登録できません。練習用の番号を使ってください。",
            f"This may be a real {rule.name_en}: a training organisation refuses it. Use a training number.",
        )
    if verdict is Verdict.WRONG_CHECK_DIGIT:
        return WrongCheckDigit(
            f"{rule.name_ja}の検査用数字が合いません。1桁ずつ見直して入力し直してください。",
            f"The check digit of the {rule.name_en} does not fit: compare digit by digit and type it again.",
        )
    return _wrong_form(rule, rule.length)


def _wrong_form(rule: CheckRule, length: int) -> WrongForm:
    return WrongForm(
        f"{rule.name_ja}は半角数字{length}桁で入力してください。",
        f"Give the {rule.name_en} as {length} half-width digits.",
    )


# Multipliers prime to 10 make the step a one-to-one map of all bodies: different seeds never meet.
_STEP = 48_271_903_217
_START = 7_310_254_889


def training_number(kind: NumberKind, seed: int) -> str:
    """Return the training number of a seed: the same for the same seed, another for every other.

    ``seed`` is 0 or more and below 10 to the count of the body's digits, which is what makes numbers unique.
    """
    size = RULES[kind].length - 1
    space: int = 10**size
    if not 0 <= seed < space:
        raise ValueError(f"seed must lie in 0..{space - 1}")
    return complete(f"{(seed * _STEP + _START) % space:0{size}d}", kind, training=True)
