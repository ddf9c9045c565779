"""Every single day since the calendar of 1873, in every form."""

from datetime import date, timedelta

import pytest

from machikumo.kernel.wareki import (
    CodedForm,
    OutsideEra,
    WarekiError,
    eras,
    format_coded,
    format_long,
    format_short,
    parse,
    parse_coded,
)

FIRST, LAST = date(1873, 1, 1), date(2040, 12, 31)
DAYS = [FIRST + timedelta(days=step) for step in range((LAST - FIRST).days + 1)]
FORMS = [CodedForm(), CodedForm(era_width=2), CodedForm(letters=True)]


def test_every_day_survives_the_long_and_the_short_form() -> None:
    assert [day for day in DAYS if parse.__wrapped__(format_long(day)) != day] == []
    assert [day for day in DAYS[::7] if parse.__wrapped__(format_short(day)) != day] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_day_survives_the_coded_forms(form: CodedForm) -> None:
    assert [day for day in DAYS if parse_coded(format_coded(day, form), form) != day] == []


def test_the_long_forms_of_all_days_are_all_different() -> None:
    assert len({format_long(day) for day in DAYS}) == len(DAYS)


def test_of_all_coded_texts_exactly_the_days_of_the_eras_are_read() -> None:
    """Whatever era, year, month and day are typed, a day is read only if some day is written so."""
    written = {format_coded(day) for day in DAYS if day <= date(2030, 12, 31)}
    shared = {"1450730", "2151225"}  # the two days that bear two names
    read: set[str] = set()
    for era in eras():
        for year in range(65):
            for month in (0, 1, 2, 7, 12, 13):
                read |= {
                    text for day in (0, 1, 7, 8, 24, 25, 29, 30, 31) if (text := taken(era.code, year, month, day))
                }
    months = {"01", "02", "07", "12"}
    days = {"01", "07", "08", "24", "25", "29", "30", "31"}
    expected = {text for text in written if text[3:5] in months and text[5:] in days} | shared
    assert {text for text in read if text[0] != "5" or int(text[1:3]) <= 12} == expected


def taken(code: str, year: int, month: int, day: int) -> str:
    text = f"{code}{year:02d}{month:02d}{day:02d}"
    try:
        parse_coded(text)
    except WarekiError:
        return ""
    return text


@pytest.mark.parametrize(("earlier", "later"), list(zip(eras(), eras()[1:], strict=False)))
def test_the_day_after_an_era_is_refused_under_its_name_and_told_under_the_next(earlier: object, later: object) -> None:
    last = earlier.last_day  # type: ignore[attr-defined]
    name, year = earlier.name, earlier.year_of(last)  # type: ignore[attr-defined]
    after = last + timedelta(days=1 + later.shared_first_day)  # type: ignore[attr-defined]
    with pytest.raises(OutsideEra) as caught:
        parse(f"{name}{year + after.year - last.year}年{after.month}月{after.day}日")
    assert caught.value.day == after
    assert caught.value.suggestion == format_long(after)
    assert caught.value.suggestion.startswith(later.name)  # type: ignore[attr-defined]
