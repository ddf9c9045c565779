"""The closed set of steps that a mapping is made of. Each turns values into values and knows its inverse.

``one`` is the definition of a step, for the values of one row; it raises Unmappable. ``many`` does the same for
columns: a cell that ``one`` would refuse comes out as null. An empty value stays empty in every step but Constant.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Protocol

from machikumo.layouts.domain import dates
from machikumo.layouts.domain.errors import Unmappable
from machikumo.layouts.domain.kana import FULL_TO_HALF, HALF_TO_FULL, to_full, to_half
from machikumo.layouts.domain.rules import PRIVATE
from machikumo.layouts.domain.step_columns import completed, distinct, framed, replaced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from machikumo.layouts.domain.definition import Era

SPACE = "\u3000"
Values = tuple[str, ...]


class Step(Protocol):
    """See the module."""

    @property
    def invertible(self) -> bool:
        """Whether what the step makes can be turned back."""
        ...

    def one(self, values: Values) -> Values:
        """Return the values that these become.

        Raises:
            Unmappable: they have no counterpart.
        """
        ...

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """Return the columns that these become, refused cells null."""
        ...

    def inverse(self) -> Step:
        """Return the step back."""
        ...


class _Single(ABC):
    """A step from one column to one, told by ``turn`` for a filled value."""

    @abstractmethod
    def turn(self, value: str) -> str:
        """Return what a filled value becomes; raises Unmappable."""

    def one(self, values: Values) -> Values:
        """See Step."""
        (value,) = values
        return (self.turn(value) if value else "",)

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step."""
        (column,) = columns
        return [distinct(column, lambda value: self.turn(value) if value else "")]


@dataclass(frozen=True)
class Copy(_Single):
    """The same value."""

    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        return value

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step."""
        return list(columns)

    def inverse(self) -> Copy:
        """See Step."""
        return self


@dataclass(frozen=True)
class Constant:
    """The same value for every row, whatever (``takes`` columns) came in; ``back`` is what goes the other way."""

    gives: Values
    takes: int
    back: Values
    invertible: ClassVar[bool] = False

    def one(self, values: Values) -> Values:  # noqa: ARG002 - a constant looks at nothing
        """See Step."""
        return self.gives

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step: without a column to take the height from, one value stands for all rows."""
        import polars as pl

        height = len(columns[0]) if columns else 1
        return [pl.repeat(value, height, eager=True, dtype=pl.String) for value in self.gives]

    def inverse(self) -> Constant:
        """See Step."""
        return Constant(self.back, len(self.gives), self.gives)


@dataclass(frozen=True)
class CodeMap(_Single):
    """A code of one list to a code of another."""

    key: str
    table: Mapping[str, str]
    back: Mapping[str, str]
    invertible: bool

    def turn(self, value: str) -> str:
        """See Step."""
        found = self.table.get(value)
        if found is None:
            raise Unmappable(value, f"対応表「{self.key}」にない値です", f"the map '{self.key}' does not have it")
        return found

    def inverse(self) -> CodeMap:
        """See Step."""
        return CodeMap(self.key, self.back, self.table, self.invertible)


@dataclass(frozen=True)
class Lookup(_Single):
    """A value by table, with a default; there is no way back."""

    key: str
    table: Mapping[str, str]
    default: str
    invertible: ClassVar[bool] = False

    def turn(self, value: str) -> str:
        """See Step."""
        return self.table.get(value, self.default)

    def inverse(self) -> Constant:
        """See Step."""
        return Constant(("",), 1, ("",))


@lru_cache
def _era_years(eras: tuple[Era, ...]) -> pl.Series:
    """Return the year for every era code with two digits of years, as the number that these make."""
    import polars as pl

    table = [""] * 10 ** (len(eras[0].code) + 2)
    for era in eras:
        for year in range(1, 100):
            table[int(era.code) * 100 + year] = f"{era.first_year + year - 1:04d}"
    return pl.Series(table)


@lru_cache
def _month_days() -> pl.Series:
    """Return "-MM-DD" for the number MMDD."""
    import polars as pl

    return pl.Series([f"-{number // 100:02d}-{number % 100:02d}" for number in range(10000)])


@lru_cache
def _whole_years(eras: tuple[Era, ...]) -> dict[str, str]:
    """Return the era code and year of the era for years that lie in one era."""
    table: dict[str, str] = {}
    for full in range(eras[0].start.year, eras[-1].first_year + 99):
        first, last = (dates.write_era_date(date(full, *day), eras) for day in ((1, 1), (12, 31)))
        shared = sum(era.start <= date(full, 12, 31) and date(full, 1, 1) <= era.end for era in eras)
        if first and last and shared == 1:
            table[str(full)] = first[:-4]
    return table


@dataclass(frozen=True)
class EraToIso(_Single):
    """An era date to an ISO date."""

    eras: tuple[Era, ...]
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        found = dates.read_era_date(value, self.eras)
        if isinstance(found, dates.NoDay):
            raise Unmappable(value, found.reason_ja, found.reason_en)
        return found.isoformat()

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step: what is surely a day is put together from tables of years and of months with days."""
        import polars as pl

        # Numbers beyond the tables are no dates; they are kept within them only so that the lookup can go on.
        beyond = 10 ** (len(self.eras[0].code) + 6) - 1
        number = pl.col("v").cast(pl.Int32, strict=False).clip(0, beyond)
        years, days = _era_years(self.eras), _month_days()
        written = pl.concat_str(pl.lit(years).gather(number // 10000), pl.lit(days).gather(number % 10000))
        sure = pl.col("v").str.contains(dates.surely_era_date(self.eras))
        return [completed(columns[0], sure, written, self.turn)]

    def inverse(self) -> IsoToEra:
        """See Step."""
        return IsoToEra(self.eras)


@dataclass(frozen=True)
class IsoToEra(_Single):
    """An ISO date to an era date."""

    eras: tuple[Era, ...]
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        found = dates.read_date(value)
        if not isinstance(found, date):
            reason = found or dates.NoDay("期間の終わりを表す値です", "it stands for an open end")
            raise Unmappable(value, reason.reason_ja, reason.reason_en)
        written = dates.write_era_date(found, self.eras)
        if written is None:
            raise Unmappable(value, "元号の範囲の外の日付です", "the day lies outside the eras")
        return written

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step: days of years that lie in one era are put together from a table of years."""
        import polars as pl

        value = pl.col("v")
        table = _whole_years(self.eras)
        prefix = value.str.slice(0, 4).replace_strict(list(table), list(table.values()), default=None)
        written = pl.concat_str(prefix, value.str.slice(5, 2), value.str.slice(8, 2))
        sure = value.str.contains(dates.surely_date("iso")) & prefix.is_not_null()
        return [completed(columns[0], sure, written, self.turn)]

    def inverse(self) -> EraToIso:
        """See Step."""
        return EraToIso(self.eras)


@dataclass(frozen=True)
class DateForm(_Single):
    """A compact date (YYYYMMDD) to an ISO date, or the reverse; open ends pass."""

    to_iso: bool
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        found = dates.read_date(value, "compact" if self.to_iso else "iso", open_end=True)
        if isinstance(found, dates.NoDay):
            raise Unmappable(value, found.reason_ja, found.reason_en)
        return f"{value[:4]}-{value[4:6]}-{value[6:]}" if self.to_iso else value.replace("-", "")

    def inverse(self) -> DateForm:
        """See Step."""
        return DateForm(not self.to_iso)


@dataclass(frozen=True)
class JoinName:
    """Family and given name to one text with one full-width space between them (基本データリスト, 氏名)."""

    invertible: ClassVar[bool] = True

    def one(self, values: Values) -> Values:
        """See Step."""
        family, given = values
        if SPACE in family or (given and not family):
            raise Unmappable(
                family, "氏の欄に空白があるか、氏がありません", "the family name holds a space or is missing"
            )
        return (f"{family}{SPACE}{given}" if given else family,)

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step."""
        import polars as pl

        family, given = (pl.col(name) for name in ("f", "g"))
        wrong = family.str.contains(SPACE, literal=True) | ((given != "") & (family == ""))
        joined = pl.when(given == "").then(family).otherwise(pl.concat_str(family, pl.lit(SPACE), given))
        return [framed(columns, "fg").select(pl.when(~wrong).then(joined)).to_series()]

    def inverse(self) -> SplitName:
        """See Step."""
        return SplitName()


@dataclass(frozen=True)
class SplitName:
    """A name to its part before and after the first full-width space; a name without one is all family name."""

    invertible: ClassVar[bool] = True

    def one(self, values: Values) -> Values:
        """See Step."""
        (name,) = values
        family, space, given = name.partition(SPACE)
        if space and not (family and given):
            raise Unmappable(name, "空白の前か後に文字がありません", "nothing stands before or after the space")
        return family, given

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step."""
        import polars as pl

        parts = pl.col("n").str.splitn(SPACE, 2).struct
        family, given = (parts.field(name).fill_null("") for name in ("field_0", "field_1"))
        whole = pl.col("n").str.contains(SPACE, literal=True)
        wrong = whole & ((family == "") | (given == ""))
        frame = framed(columns, "n").select(
            pl.when(~wrong).then(family).alias("f"), pl.when(~wrong).then(given).alias("g")
        )
        return frame.get_columns()

    def inverse(self) -> JoinName:
        """See Step."""
        return JoinName()


@dataclass(frozen=True)
class WidthFold(_Single):
    """Half-width signs to full-width ones, or the reverse where there is one."""

    full: bool
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        return to_full(value) if self.full else to_half(value)

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step."""
        (column,) = columns
        table = HALF_TO_FULL if self.full else FULL_TO_HALF
        return [framed([column], "v").select(replaced("v", table)).to_series()]

    def inverse(self) -> WidthFold:
        """See Step."""
        return WidthFold(not self.full)


@dataclass(frozen=True)
class Pad(_Single):
    """Filled on the left to a length."""

    fill: str
    length: int
    source_length: int
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        if len(value) > self.length:
            raise Unmappable(value, f"{self.length} 文字を超えています", f"it is longer than {self.length}")
        return value.rjust(self.length, self.fill)

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step."""
        import polars as pl

        value = pl.col("v")
        padded = pl.when(value == "").then(value).otherwise(value.str.pad_start(self.length, self.fill))
        fits = value.str.len_chars() <= self.length
        return [framed(columns, "v").select(pl.when(fits).then(padded)).to_series()]

    def inverse(self) -> Unpad:
        """See Step."""
        return Unpad(self.fill, self.length, self.source_length)


@dataclass(frozen=True)
class Unpad(_Single):
    """Fill signs taken off the left: down to ``source_length``, or all of them but the last sign when that is 0."""

    fill: str
    length: int
    source_length: int
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        kept = value.lstrip(self.fill) or value[-1:]
        if len(kept) <= self.source_length:
            kept = value[-self.source_length :]
        elif self.source_length:
            raise Unmappable(value, f"{self.source_length} 文字に収まりません", f"it does not fit {self.source_length}")
        return kept

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step."""
        import polars as pl

        value = pl.col("v")
        bare = value.str.strip_chars_start(self.fill)
        bare = pl.when(bare == "").then(value.str.slice(-1)).otherwise(bare)
        if not self.source_length:
            return [framed(columns, "v").select(bare).to_series()]
        fits = bare.str.len_chars() <= self.source_length
        return [framed(columns, "v").select(pl.when(fits).then(value.str.slice(-self.source_length))).to_series()]

    def inverse(self) -> Pad:
        """See Step."""
        return Pad(self.fill, self.length, self.source_length)


@dataclass(frozen=True)
class TakeOut(_Single):
    """A sign at a known place taken out."""

    sign: str
    at: int
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        if value[self.at : self.at + 1] != self.sign:
            raise Unmappable(
                value, f"{self.at + 1} 文字目に「{self.sign}」がありません", f"no '{self.sign}' at {self.at + 1}"
            )
        return value[: self.at] + value[self.at + 1 :]

    def inverse(self) -> PutIn:
        """See Step."""
        return PutIn(self.sign, self.at)


@dataclass(frozen=True)
class PutIn(_Single):
    """A sign put in at a known place."""

    sign: str
    at: int
    invertible: ClassVar[bool] = True

    def turn(self, value: str) -> str:
        """See Step."""
        if len(value) < self.at:
            raise Unmappable(value, f"{self.at} 文字に足りません", f"it is shorter than {self.at}")
        return value[: self.at] + self.sign + value[self.at :]

    def inverse(self) -> TakeOut:
        """See Step."""
        return TakeOut(self.sign, self.at)


@dataclass(frozen=True)
class MapGaiji(_Single):
    """User-defined characters to what two people decided they are, or (``back``) the reverse."""

    table: Mapping[str, str]
    back: bool = False
    invertible: ClassVar[bool] = True
    _search: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        longest = sorted(self.table, key=len, reverse=True)
        known = "|".join(map(re.escape, longest)) or "(?!)"
        object.__setattr__(self, "_search", re.compile(known if self.back else f"[{PRIVATE}]"))

    def turn(self, value: str) -> str:
        """See Step."""
        return self._search.sub(self._known, value)

    def _known(self, match: re.Match[str]) -> str:
        found = self.table.get(match[0])
        if found is None:
            code = f"U+{ord(match[0]):04X}"
            raise Unmappable(
                value=match[0], reason_ja=f"外字 {code} の対応が決まっていません", reason_en=f"{code} is undecided"
            )
        return found

    def many(self, columns: Sequence[pl.Series]) -> list[pl.Series]:
        """See Step: only cells that hold such a character are touched."""
        import polars as pl

        (column,) = columns
        if self.back:
            found = column.str.contains_any(list(self.table)) if self.table else pl.Series([], dtype=pl.Boolean)
        else:
            found = column.str.contains(r"[\x{E000}-\x{F8FF}\x{F0000}-\x{10FFFD}]")
        places = found.arg_true()
        if places.is_empty():
            return [column]
        return [column.clone().scatter(places, distinct(column.gather(places), self.turn))]

    def inverse(self) -> MapGaiji:
        """See Step."""
        return MapGaiji({there: here for here, there in self.table.items()}, not self.back)
