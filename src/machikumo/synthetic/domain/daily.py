"""What happens in a made-up town day by day after its export: births, deaths, moves; the same for ever by seed.

Each day gives the next version of whoever it happened to, as a difference file of an old system has them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from machikumo.synthetic.domain.addresses import UNCONFIRMED, Addresses, moved_from
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.domain.events import relation_items
from machikumo.synthetic.domain.households import CHILD, HEAD, HUSBAND, WIFE
from machikumo.synthetic.domain.names import Names, Written, full_name
from machikumo.synthetic.domain.population import Basis, Household, Town
from machikumo.synthetic.domain.rows import (
    BIRTH,
    DEATH,
    DECEASED,
    EMPTY_ROW,
    FEMALE,
    HOUSEHOLD_CHANGE,
    JAPANESE,
    LIVE,
    MALE,
    MOVE_IN,
    MOVE_OUT,
    MOVE_WITHIN,
    MOVED_OUT,
    Row,
)

_NEWCOMERS: Final = 400  # people drawn beyond the export, who move in later
_FIRST_NEWBORN: Final = 100_000  # index of numbers, above all who are drawn
_SPOUSES: Final = frozenset({HUSBAND.code, WIFE.code})
_SHARED: Final = ("resident_kind", "registered_domicile", "register_head", "household_number")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many of each happen on a day: at most so many, at least none."""

    births: int = 2
    deaths: int = 2
    moves_within: int = 1
    moves_out: int = 1
    moves_in: int = 1


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its running number, its date, and the rows that it brought, in the order in which they happened."""

    number: int
    day: date
    rows: tuple[Row, ...]


@dataclass(slots=True)
class _Home:
    """The living members of a household, by their newest rows; the head first."""

    members: list[Row] = field(default_factory=list)


def daily_changes(
    basis: Basis, *, people: int, seed: int, as_of: date, days: int, pace: Pace | None = None, first: int = 1
) -> Iterator[Day]:
    """Yield so many days after the export of a town of so many people; see ``Town`` for the town itself.

    Raises:
        ValueError: as ``Town``, or people are fewer than 10.
    """
    if people < 10:  # noqa: PLR2004 - a day's events need somebody to happen to
        raise ValueError("人数は10以上で指定してください。")
    return _Life(basis, people, seed, as_of, pace or Pace()).days(days, first)


class _Life:
    def __init__(self, basis: Basis, people: int, seed: int, as_of: date, pace: Pace) -> None:
        own = list(Town(basis, seed, as_of).households(people))
        town = Town(basis, seed, as_of)
        self._numbers = town.numbers
        self._coming = list(town.households(people + _NEWCOMERS))[len(own) :]
        source = Random(f"{basis.ground.municipality_code}:{seed}:daily")  # noqa: S311 - made-up people
        self._dice, self._names = Dice(source), Names(basis.names)
        self._addresses = Addresses(basis.ground, source)
        self._homes = [home for home in map(_home, own) if home.members]
        self._as_of, self._pace, self._born = as_of, pace, 0
        self._touched: set[str] = set()

    def days(self, count: int, first: int) -> Iterator[Day]:
        for offset in range(count):
            day = self._as_of + timedelta(days=offset + 1)
            self._touched = set()
            yield Day(first + offset, day, tuple(self._rows(day.isoformat(), day.year)))

    def _rows(self, day: str, year: int) -> Iterator[Row]:
        pace, dice = self._pace, self._dice
        for _ in range(dice.between(0, pace.moves_in)):
            yield from self._move_in(day)
        for _ in range(dice.between(0, pace.births)):
            yield from self._birth(day, year)
        for _ in range(dice.between(0, pace.moves_within)):
            yield from self._move_within(day)
        for _ in range(dice.between(0, pace.deaths)):
            yield from self._death(day)
        for _ in range(dice.between(0, pace.moves_out)):
            yield from self._move_out(day)

    def _any_home(self) -> _Home | None:
        """A household to which nothing has happened today yet."""
        for _ in range(20):
            home = self._dice.one_of(self._homes)
            if home.members and home.members[0]["household_number"] not in self._touched:
                self._touched.add(home.members[0]["household_number"])
                return home
        return None

    def _next(self, home: _Home, place: int, day: str, reason: str, changes: Row) -> Row:
        before = home.members[place]
        row = before | changes
        row |= {"history_number": str(int(before["history_number"]) + 1), "history_branch": "0", "is_latest": "1"}
        row |= _event(day, reason)
        home.members[place] = row
        return row

    def _move_in(self, day: str) -> Iterator[Row]:
        while self._coming:
            home = _home(self._coming.pop(0))
            if home.members:
                break
        else:
            return
        previous = self._previous(home.members[0]["name"])
        for place, row in enumerate(home.members):
            arrival = {"address_set_on": day, "became_resident_on": day, "became_resident_on_uncertain": "0"}
            arrival |= {"became_resident_on_text": "", "former_name": "", "former_name_kana": ""}
            kept = row | moved_from(dict.fromkeys(row, "")) | previous | arrival | _event(day, MOVE_IN)
            kept |= {"history_number": "1", "history_branch": "0", "is_latest": "1"}
            home.members[place] = kept
            yield kept
        self._touched.add(home.members[0]["household_number"])
        self._homes.append(home)

    def _previous(self, head: str) -> Row:
        place = self._addresses.elsewhere(self._dice)
        return {
            "previous_address_municipality_code": place.code,
            "previous_address_town_code": UNCONFIRMED,
            "previous_address_prefecture": place.prefecture,
            "previous_address_municipality": place.municipality,
            "previous_address_number": self._addresses.lot(self._dice),
            "previous_address_postal_code": UNCONFIRMED,
            "previous_address_head_name": head,
            "previous_address_country_code": "",
            "previous_address_country": "",
            "previous_address_foreign_address": "",
        }

    def _birth(self, day: str, year: int) -> Iterator[Row]:
        home = self._any_home()
        if home is None or home.members[0]["resident_kind"] != JAPANESE:
            return
        head = home.members[0]
        sex = MALE if self._dice.chance(0.51) else FEMALE
        family = Written(*(head[key].partition("　")[0] for key in ("name", "name_kana")))
        name = full_name(family, self._names.given(self._dice, sex, year))
        index = _FIRST_NEWBORN + self._born
        self._born += 1
        row = EMPTY_ROW | {key: head[key] for key in head if key.startswith("address_")}
        row |= {key: head[key] for key in _SHARED}
        row |= {"addressee_number": self._numbers.addressee(index), "resident_state": LIVE}
        row |= {"individual_number": self._numbers.individual(index)}
        row |= {"resident_record_code": self._numbers.record_code(index)}
        row |= {"history_number": "1", "history_branch": "0", "is_latest": "1"}
        row |= {"name": name.text, "name_kana": name.kana, "sex": sex, "sex_text": "男" if sex == MALE else "女"}
        row |= {"birth_date": day, "birth_date_uncertain": "0", "became_resident_on": day, "address_set_on": day}
        row |= {"became_resident_on_uncertain": "0"} | relation_items(CHILD) | _event(day, BIRTH)
        home.members.append(row)
        yield row

    def _death(self, day: str) -> Iterator[Row]:
        home = self._any_home()
        if home is None:
            return
        heir = next((at for at, row in enumerate(home.members) if row["relationship_1"] in _SPOUSES), 0)
        place = 0 if heir or len(home.members) == 1 else len(home.members) - 1
        yield self._next(home, place, day, DEATH, _removal(DECEASED, day))
        if heir:
            yield self._next(home, heir, day, HOUSEHOLD_CHANGE, relation_items(HEAD))
            home.members.insert(0, home.members.pop(heir))
            place = 1
        del home.members[place]

    def _move_within(self, day: str) -> Iterator[Row]:
        home = self._any_home()
        if home is None:
            return
        new = self._addresses.draw(self._dice, 0.4)
        changes = new | moved_from(home.members[0]) | {"address_set_on": day}
        for key in ("address_building", "address_building_kana", "address_building_code"):
            changes.setdefault(key, "")
        for place in range(len(home.members)):
            yield self._next(home, place, day, MOVE_WITHIN, changes)

    def _move_out(self, day: str) -> Iterator[Row]:
        home = self._any_home()
        if home is None:
            return
        place = self._addresses.elsewhere(self._dice)
        changes = _removal(MOVED_OUT, day) | {
            "destination_planned_municipality_code": place.code,
            "destination_planned_town_code": UNCONFIRMED,
            "destination_planned_prefecture": place.prefecture,
            "destination_planned_municipality": place.municipality,
            "destination_planned_number": self._addresses.lot(self._dice),
            "destination_planned_postal_code": UNCONFIRMED,
        }
        for at in range(len(home.members)):
            yield self._next(home, at, day, MOVE_OUT, changes)
        home.members.clear()


def _home(household: Household) -> _Home:
    living = [row for row in household.rows if row["is_latest"] == "1" and row["resident_state"] == LIVE]
    return _Home(sorted(living, key=lambda row: row["relationship_1"] != HEAD.code))


def _event(day: str, reason: str) -> Row:
    return {
        "event_date": day,
        "event_date_uncertain": "0",
        "event_date_text": "",
        "notified_on": day,
        "event_reason": reason,
    }


def _removal(state: str, day: str) -> Row:
    return {
        "resident_state": state,
        "removed_on": day,
        "removed_on_uncertain": "0",
        "removed_on_text": "",
        "removal_notified_on": day,
    }


def present_after(days: Iterable[Day]) -> dict[str, Row]:
    """The newest row of everybody to whom something happened, by addressee number: what the register must hold."""
    return {row["addressee_number"]: row for day in days for row in day.rows}


__all__ = ("Day", "Pace", "daily_changes", "present_after")
