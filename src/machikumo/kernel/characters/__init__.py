"""Characters of names: what a font holds, MJ figures, variation sequences, CP932's traps (住民情報, 指針6).

For every room that prints, shows, loads or writes a name: it says which characters would not come out, before.
A font's own tables are the source: IPAmj Mincho names its glyphs by MJ figure, so no licence-bound table is shipped.
It never replaces a character and never lets a sequence fall back to its base in silence.
It knows no person: it sees texts and gives positions.
"""

from machikumo.kernel.characters.cp932 import (
    CellNote,
    is_user_area,
    notes_of_bytes,
    to_cp932,
    user_area_positions,
)
from machikumo.kernel.characters.fonts import FontCoverage, FontUnreadable, MissingFont, find_ipamj, ipamj
from machikumo.kernel.characters.subsets import SubsetFont, subset_font

__all__ = [
    "CellNote",
    "FontCoverage",
    "FontUnreadable",
    "MissingFont",
    "SubsetFont",
    "find_ipamj",
    "ipamj",
    "is_user_area",
    "notes_of_bytes",
    "subset_font",
    "to_cp932",
    "user_area_positions",
]
