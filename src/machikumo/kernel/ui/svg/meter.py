"""A share as one bar: how far a plan or a load has come."""

from __future__ import annotations

from machikumo.kernel.ui.svg.elements import drawing, figure, rectangle, text, written

WIDTH, HEIGHT, THICK = 640.0, 56.0, 20.0
FULL = 100


def meter(title: str, done: float, total: float, *, unit: str = "") -> str:
    """A bar of ``done`` out of ``total`` with both in words; more than the total fills the bar. ValueError below 0."""
    if done < 0 or total < 0:
        raise ValueError("a share of less than nothing")
    share = min(done / total, 1) if total else 0
    words = f"{written(done)} / {written(total)}{unit}（{int(share * FULL)}%）"
    frame = (
        f'<rect x="0.5" y="28.5" width="{figure(WIDTH - 1)}" height="{figure(THICK)}" rx="3" fill="none" '
        'class="mk-svg-axis"/>'
    )
    elements = [
        text(0, 18, title, kind="strong"),
        text(WIDTH, 18, words, anchor="end"),
        rectangle(1, 29, (WIDTH - 2) * share, THICK - 1, "a"),
        frame,
    ]
    return drawing(WIDTH, HEIGHT, title, words, elements)
