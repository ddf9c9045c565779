"""Elements of a drawing, and scales."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NICE = (1, 2, 2.5, 5, 10)


def figure(value: float) -> str:
    """A coordinate with at most two decimals, without needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text(x: float, y: float, words: object, *, anchor: str = "start", kind: str = "") -> str:
    """Words at a point; ``anchor`` is start, middle or end."""
    style = f' class="mk-svg-{kind}"' if kind else ""
    return f'<text x="{figure(x)}" y="{figure(y)}" text-anchor="{anchor}"{style}>{escape(str(words))}</text>'


def rectangle(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A filled bar; a value of nothing has no width and is still drawn."""
    return (
        f'<rect x="{figure(x)}" y="{figure(y)}" width="{figure(max(width, 0))}" height="{figure(max(height, 0))}" '
        f'rx="1.5" class="mk-svg-{kind}"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    """A straight line of the grid or an axis."""
    return f'<line x1="{figure(x1)}" y1="{figure(y1)}" x2="{figure(x2)}" y2="{figure(y2)}" class="mk-svg-{kind}"/>'


def drawing(width: float, height: float, title: str, description: str, elements: Iterable[str]) -> str:
    """The whole drawing with its title and description, which a screen reader reads in place of the shapes."""
    return (
        f'<svg class="mk-svg" viewBox="0 0 {figure(width)} {figure(height)}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(elements)}</svg>"
    )


def ticks(largest: float, wanted: int = 4) -> list[float]:
    """Round values from 0 to at least the largest, about as many steps as wanted; [0, 1] when all is nothing."""
    if largest <= 0:
        return [0, 1]
    rough = largest / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(power * nice for nice in _NICE if power * nice >= rough * 0.999)
    return [step * place for place in range(ceil(largest / step - 1e-9) + 1)]


def written(value: float) -> str:
    """A value as words: whole numbers with thousands set apart, others with at most two decimals."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")
