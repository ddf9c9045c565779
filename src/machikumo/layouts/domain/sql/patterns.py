"""A layout's patterns as every engine reads them: classes by their characters, repeats of at most 255.

Takes what definitions may use (see ``loading``): characters, escaped signs, classes, groups, alternatives, repeats.
"""

from __future__ import annotations

import re

MOST = 255  # PostgreSQL refuses a larger count
_SPECIAL = frozenset("\\^$.|?*+()[]{}-&")
_COUNTS = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}")
_SHORT = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def literal(sign: str) -> str:
    """A character that stands for itself, within a class and without."""
    return f"\\{sign}" if sign in _SPECIAL else sign


def portable(pattern: str) -> str:
    """Return a pattern of a definition in the common form."""
    return _Reader(pattern).alternatives()


def repeated(unit: str, least: int, most: int | None) -> str:
    """Return so many of a unit (``most`` None: any number), each count within what every engine takes."""
    if (least, most) == (1, 1):
        return unit
    if most is not None and most <= MOST:
        return f"{unit}{{{least}}}" if least == most else f"{unit}{{{least},{most}}}"
    if most is None:
        tail = f"{unit}*" if least != 1 else f"{unit}+"
        return tail if least < 2 else _counted(unit, least, "{{{0}}}") + tail  # noqa: PLR2004 - 0 and 1 have signs
    return _counted(unit, least, "{{{0}}}") + _counted(unit, most - least, "{{0,{0}}}") or "(?:)"


def _counted(unit: str, count: int, form: str) -> str:
    whole, rest = divmod(count, MOST)
    return (unit + form.format(MOST)) * whole + (unit + form.format(rest) if rest else "")


class _Reader:
    """One pass from left to right."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def alternatives(self) -> str:
        choices = [self._sequence()]
        while self._take("|"):
            choices.append(self._sequence())
        return "|".join(choices)

    def _take(self, sign: str) -> bool:
        found = self.rest.startswith(sign)
        if found:
            self.rest = self.rest[len(sign) :]
        return found

    def _next(self) -> str:
        sign, self.rest = self.rest[0], self.rest[1:]
        return sign

    def _sequence(self) -> str:
        parts = []
        while self.rest and self.rest[0] not in "|)":
            unit = self._unit()
            parts.append(repeated(unit, *self._counts()))
        return "".join(parts)

    def _counts(self) -> tuple[int, int | None]:
        if self.rest and self.rest[0] in _SHORT:
            return _SHORT[self._next()]
        found = _COUNTS.match(self.rest)
        if found is None or not (found[1] or found[3]):
            return 1, 1
        self.rest = self.rest[found.end() :]
        least = int(found[1] or 0)
        if not found[2]:
            return least, least
        return least, int(found[3]) if found[3] else None

    def _unit(self) -> str:
        if self._take("(?:") or self._take("("):
            inner = self.alternatives()
            self._take(")")
            return f"(?:{inner})"
        if self._take("["):
            return self._class()
        if self._take("\\"):
            return literal(self._next())
        sign = self._next()
        return sign if sign == "^" else literal(sign)

    def _class(self) -> str:
        ranges: list[str] = []
        while not (self.rest.startswith("]") and ranges):
            first = self._member()
            if self.rest.startswith("-") and not self.rest.startswith("-]"):
                self._take("-")
                ranges.append(f"{literal(first)}-{literal(self._member())}")
            else:
                ranges.append(literal(first))
        self._take("]")
        return f"[{''.join(ranges)}]"

    def _member(self) -> str:
        self._take("\\")
        return self._next()
