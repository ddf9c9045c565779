"""How many bad rows a run may have before somebody must decide: per rule, for each rule, and in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOTAL, EACH = "total", "*"


class BeyondLimits(LayoutError):
    """More rows are bad than somebody allowed; nothing was loaded."""

    status = 409

    def __init__(self, stops: Sequence[Mapping[str, int | str]]) -> None:
        names = {TOTAL: "保留した行の合計"}
        told_ja = "、".join(
            f"{names.get(str(stop['rule']), stop['rule'])}が{stop['count']:,}行（上限{stop['limit']:,}行）"
            for stop in stops
        )
        told_en = ", ".join(f"{stop['rule']}: {stop['count']:,} rows (limit {stop['limit']:,})" for stop in stops)
        super().__init__(
            f"誤りのある行が上限を超えたので、取り込まずに止めました: {told_ja}。"
            "ファイルやレイアウトの版が違わないか確かめ、続けるか、受け取り直すかを決めてください。",
            f"Stopped before loading: {told_en}. Check whether the file or the version of the layout is the wrong one, "
            "then decide to go on or to receive it anew.",
        )


def beyond(limits: Mapping[str, int], counts: Mapping[str, int], held: int) -> list[dict[str, int | str]]:
    """Return the limits that were passed, as rule, count and limit; ``held`` are the rows held back in all.

    ``limits`` are rows by rule, ``"*"`` for each rule without its own, ``"total"`` for all rows held back.
    """
    found: list[dict[str, int | str]] = []
    if TOTAL in limits and held > limits[TOTAL]:
        found.append({"rule": TOTAL, "count": held, "limit": limits[TOTAL]})
    for rule, count in sorted(counts.items()):
        limit = limits.get(rule, limits.get(EACH))
        if limit is not None and count > limit:
            found.append({"rule": rule, "count": count, "limit": limit})
    return found


def read_limits(text: str) -> dict[str, int]:
    """Return the limits of single rules written one a line as ``cell.code = 100``.

    Raises:
        LayoutError: a line is not of that form, or names no rule.
    """
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        rule, sign, number = (part.strip() for part in line.partition("="))
        if not sign or rule not in MESSAGES or not (number.isascii() and number.isdigit()):
            raise LayoutError(
                f"「{line}」は読めません。「規則 = 行数」（例: cell.code = 100）の形で書いてください。",
                f"'{line}' is not 'rule = rows', such as cell.code = 100.",
            )
        found[rule] = int(number)
    return found
