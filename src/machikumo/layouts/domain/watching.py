"""Whether steps that have an inverse bring back every value that an item's own rules let through.

Where they may not, the conversion compares each cell with what would come back, so that no change passes in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from machikumo.layouts.domain import steps as kinds
from machikumo.layouts.domain.charwriter import encode
from machikumo.layouts.domain.definition import ItemType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Item, Physical
    from machikumo.layouts.domain.steps import Step

_DIGITS = re.compile(r"\[0-9\]\{([0-9]+)\}")
_FORMED = (kinds.WidthFold, kinds.Pad, kinds.Unpad)  # what they do to a value depends on how it is written


def is_certain(steps: Sequence[Step], item: Item, physical: Physical) -> bool:
    """Whether every value of the item comes back from these steps; lossy steps are told apart elsewhere."""
    if len(steps) > 1 and any(isinstance(step, _FORMED) for step in steps[1:]):
        return False  # the item's rules say nothing about a value that a step has changed already
    return all(_is_certain(step, item, physical) for step in steps)


def _is_certain(step: Step, item: Item, physical: Physical) -> bool:
    match step:
        case kinds.WidthFold():
            return step.full and item.type is ItemType.HALF and not item.pattern and item.code_list is None
        case kinds.Pad():
            return step.source_length > 0 and _digits(item) == step.source_length
        case kinds.Unpad():
            return _digits(item) == step.length
        case kinds.MapGaiji():
            return not any(_writable(text, physical.charset) for text in step.table.values())
        case _:
            return True


def _digits(item: Item) -> int:
    """How many digits each of the item's values has, 0 where that is not fixed."""
    found = _DIGITS.fullmatch(item.pattern)
    return int(found[1]) if found and item.code_list is None else 0


def _writable(text: str, charset: str) -> bool:
    """Whether the source could hold this text already: then the way back would turn it into a user-defined sign."""
    try:
        encode(text, charset)
    except UnicodeEncodeError:
        return False
    return True
