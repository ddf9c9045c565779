"""Turning a finished draft into standard rows: one row for each version of each person."""

from typing import Final

from machikumo.synthetic.domain.addresses import UNCONFIRMED, moved_from
from machikumo.synthetic.domain.dates import around_year
from machikumo.synthetic.domain.drafts import Draft, Event
from machikumo.synthetic.domain.numbers import Numbers
from machikumo.synthetic.domain.rows import (
    BIRTH,
    EMPTY_ROW,
    FOREIGN,
    LIVE,
    MALE,
    MOVE_IN,
    MOVE_WITHIN,
    Row,
)
from machikumo.synthetic.domain.workshop import Workshop

_NOTICE_DAYS: Final = 14
_FIRST_VERSION: Final[Row] = EMPTY_ROW | {
    "history_number": "1",
    "history_branch": "0",
    "resident_state": LIVE,
    "event_date_uncertain": "0",
    "birth_date_uncertain": "0",
    "became_resident_on_uncertain": "0",
}


class Writer:
    """Writes the rows of drafts; made once a town."""

    __slots__ = ("_addresses", "_days", "_dice", "_numbers")

    def __init__(self, shop: Workshop, numbers: Numbers) -> None:
        self._dice = shop.dice
        self._addresses = shop.addresses
        self._days = shop.days
        self._numbers = numbers

    def rows(self, draft: Draft, first_person: int) -> list[Row]:
        """Return the rows of all members in order of person and history; the first person gets this index."""
        household = self._numbers.household(draft.index)
        moved = self._move_items(draft) if draft.moved else {}
        previous = self._previous(draft)
        written: list[Row] = []
        for place in range(len(draft.members)):
            is_born_here = draft.is_born_here(place)
            day = draft.members[place].birth if is_born_here else draft.arrived
            row = self._origin(draft, place, day)
            row["household_number"] = household
            self._number(row, first_person + place)
            if is_born_here:
                row["event_reason"] = BIRTH
            else:
                row["event_reason"] = MOVE_IN
                row.update(previous)
            events = draft.events[place]
            if draft.moved > day:
                events.insert(0, Event(draft.moved, MOVE_WITHIN, moved))
            self._chain(written, row, events, draft.today)
        return written

    def _number(self, row: Row, index: int) -> None:
        numbers = self._numbers
        row["addressee_number"] = numbers.addressee(index)
        row["individual_number"] = numbers.individual(index)
        row["resident_record_code"] = numbers.record_code(index)

    def _origin(self, draft: Draft, place: int, day: int) -> Row:
        member, identity = draft.members[place], draft.identities[place]
        row = _FIRST_VERSION.copy()
        row.update(draft.before if draft.moved > day else draft.home)
        row.update(identity.items)
        row["name"], row["name_kana"] = identity.name
        row["relationship_1"], row["relationship_2"], row["relationship_text"] = member.relation
        row["resident_kind"] = identity.kind
        row["sex"] = member.sex
        row["sex_text"] = "男" if member.sex == MALE else "女"
        row["birth_date"] = self._days[member.birth]
        row["event_date"] = row["address_set_on"] = row["became_resident_on"] = self._days[day]
        row["notified_on"] = self._notified(day, draft.today)
        if place == 0:
            self._blur(row, draft)
        return row

    def _chain(self, written: list[Row], row: Row, events: list[Event], today: int) -> None:
        row["is_latest"] = "0" if events else "1"
        written.append(row)
        for number, event in enumerate(events, 2):
            row = row.copy()
            row.update(event.changes)
            row["event_reason"] = event.reason
            row["event_date"] = self._days[event.day]
            row["event_date_uncertain"] = "0"
            row["event_date_text"] = ""
            row["notified_on"] = self._notified(event.day, today)
            row["history_number"] = str(number)
            written.append(row)
        row["is_latest"] = "1"

    def _notified(self, day: int, today: int) -> str:
        return self._days[min(day + int(self._dice.random() * _NOTICE_DAYS), today)]

    def _blur(self, row: Row, draft: Draft) -> None:
        if draft.uncertain_arrival:
            text = around_year(int(row["event_date"][:4]))
            row |= {"event_date": "", "event_date_uncertain": "1", "event_date_text": text}
            # Old systems have no wording for an uncertain day of becoming a resident: it is left out.
            row |= {"became_resident_on": "", "address_set_on": "", "notified_on": ""}
        if draft.uncertain_birth:
            text = around_year(int(row["birth_date"][:4]))
            row |= {"birth_date": "", "birth_date_uncertain": "1", "birth_date_text": text}

    def _move_items(self, draft: Draft) -> Row:
        return draft.home | moved_from(draft.before) | {"address_set_on": self._days[draft.moved]}

    def _previous(self, draft: Draft) -> Row:
        identity = draft.identities[0]
        if identity.kind == FOREIGN and self._dice.chance(0.7):
            items = identity.items
            return {
                "previous_address_country_code": items["nationality_code"],
                "previous_address_country": items["nationality"],
                "previous_address_foreign_address": "国外",
            }
        place = self._addresses.elsewhere(self._dice)
        return {
            "previous_address_municipality_code": place.code,
            "previous_address_town_code": UNCONFIRMED,
            "previous_address_prefecture": place.prefecture,
            "previous_address_municipality": place.municipality,
            "previous_address_number": self._addresses.lot(self._dice),
            "previous_address_postal_code": UNCONFIRMED,
            "previous_address_head_name": identity.name.text,
        }
