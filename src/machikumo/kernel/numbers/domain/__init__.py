"""Check digits of the official numbers and the rule that keeps training numbers out of life."""

from machikumo.kernel.numbers.domain.digits import (
    PERSONAL,
    RULES,
    CheckRule,
    NumberError,
    NumberKind,
    RealNumberInTraining,
    TrainingNumberInLife,
    Verdict,
    WrongCheckDigit,
    WrongForm,
    check_digit,
    complete,
    examine,
    is_valid,
    require_valid,
    training_number,
)

__all__ = [
    "PERSONAL",
    "RULES",
    "CheckRule",
    "NumberError",
    "NumberKind",
    "RealNumberInTraining",
    "TrainingNumberInLife",
    "Verdict",
    "WrongCheckDigit",
    "WrongForm",
    "check_digit",
    "complete",
    "examine",
    "is_valid",
    "require_valid",
    "training_number",
]
