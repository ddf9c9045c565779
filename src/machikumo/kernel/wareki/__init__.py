"""Era dates (和暦) of residents' papers and files: reading, writing and refusing them (住民情報, 指針6).

For every room that meets 令和6年5月1日, R6.5.1, 5060501, 不詳 or the open ends 0000-01-01 and 9999-12-31.
Eras are versioned data with the edict or order that made them, under ``data/calendar/eras.toml``.
It never guesses: a day outside its era is refused, with the right name of that day as a question.
It never turns an uncertain date into a certain one; what is known stays as a range beside the written form.
"""

from machikumo.kernel.wareki.coded import CodedForm, format_coded, parse_coded
from machikumo.kernel.wareki.eras import Era, era_of, eras
from machikumo.kernel.wareki.errors import (
    NoSuchDay,
    OldCalendarDate,
    OutsideEra,
    UnknownEra,
    UnreadableDate,
    WarekiError,
)
from machikumo.kernel.wareki.iso import OpenEnd, format_iso, parse_iso
from machikumo.kernel.wareki.uncertain import RegisterDate, read_register_date
from machikumo.kernel.wareki.written import format_long, format_short, parse, parse_any

__all__ = [
    "CodedForm",
    "Era",
    "NoSuchDay",
    "OldCalendarDate",
    "OpenEnd",
    "OutsideEra",
    "RegisterDate",
    "UnknownEra",
    "UnreadableDate",
    "WarekiError",
    "era_of",
    "eras",
    "format_coded",
    "format_iso",
    "format_long",
    "format_short",
    "parse",
    "parse_any",
    "parse_coded",
    "parse_iso",
    "read_register_date",
]
