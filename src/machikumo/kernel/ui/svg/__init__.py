"""Drawings as text: charts that print, go into paper and need no script (pure: figures in, markup out).

Every drawing carries a title and a description; the page shows the same figures as a table beside it.
Series differ by pattern of line or place as well as by colour. ``{{ drawing|drawn }}`` puts one on a page.
"""

from machikumo.kernel.ui.svg.bars import Bar, bars
from machikumo.kernel.ui.svg.lines import Series, lines
from machikumo.kernel.ui.svg.meter import meter
from machikumo.kernel.ui.svg.pyramid import AgeBand, pyramid

__all__ = ["AgeBand", "Bar", "Series", "bars", "lines", "meter", "pyramid"]
