"""Rare events in a household's history, each on a fixed beat; a household that cannot bear one passes it on."""

from collections.abc import Callable
from typing import Final, NamedTuple

from machikumo.synthetic.domain.addresses import UNCONFIRMED, domicile
from machikumo.synthetic.domain.drafts import Draft, Event, Ground
from machikumo.synthetic.domain.households import (
    CHILD,
    HEAD,
    HUSBAND,
    UNREGISTERED_WIFE,
    WIFE,
    Member,
    Relation,
)
from machikumo.synthetic.domain.names import Written, full_name
from machikumo.synthetic.domain.rows import (
    DEATH,
    DECEASED,
    FEMALE,
    FOREIGN,
    HOUSEHOLD_CHANGE,
    JAPANESE,
    MALE,
    MOVE_OUT,
    MOVED_OUT,
    NATURALISATION,
    REGISTER_CORRECTION,
    Row,
)
from machikumo.synthetic.domain.workshop import Workshop

_YEAR: Final = 365


class Happenings:
    """Lets a rare event happen in a draft; each method returns False where the household cannot bear it."""

    __slots__ = ("_shop",)

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    def apply(self, name: str, draft: Draft, room: int) -> bool:
        """Let the event of this name (a key of EVENTS) happen; `room` is how many people may still be added."""
        happened = EVENTS[name].happen(self, draft, room)
        if happened:
            draft.traits.add(name)
        return happened

    def head_died(self, draft: Draft, room: int) -> bool:
        """Add the former head, who died; the spouse of then is the head of today."""
        head = draft.members[0]
        others_are_children = all(member.relation is CHILD for member in draft.members[1:])
        if room < 1 or not others_are_children or draft.today - head.birth < 50 * _YEAR:
            return False
        day = self._day_after(draft)
        if not day or draft.identities[0].kind != JAPANESE:
            return False
        sex = MALE if head.sex == FEMALE else FEMALE
        birth = head.birth - self._shop.dice.between(0, 6 * _YEAR)
        self._add(draft, Member(sex, birth, HEAD), Event(day, DEATH, self._removal(DECEASED, day)))
        before = WIFE if head.sex == FEMALE else HUSBAND
        draft.members[0] = head._replace(relation=before)
        draft.events[0].append(Event(day, HOUSEHOLD_CHANGE, relation_items(HEAD)))
        return True

    def child_left(self, draft: Draft, room: int) -> bool:
        """Add a grown child who moved to another municipality."""
        day = self._day_after(draft)
        head = draft.members[0]
        oldest = head.birth + 24 * _YEAR
        if room < 1 or not day or head.relation is not HEAD or oldest > day - 18 * _YEAR:
            return False
        birth = self._shop.dice.between(oldest, day - 18 * _YEAR)
        child = Member(MALE if self._shop.dice.chance(0.5) else FEMALE, birth, CHILD)
        changes = self._removal(MOVED_OUT, day) | self._destination()
        self._add(draft, child, Event(day, MOVE_OUT, changes))
        return True

    def household_left(self, draft: Draft, _room: int) -> bool:
        """Let the whole household move to another municipality."""
        day = self._day_after(draft)
        if not day:
            return False
        changes = self._removal(MOVED_OUT, day) | self._destination()
        for events in draft.events:
            events.append(Event(day, MOVE_OUT, changes))
        draft.has_left = True
        return True

    def wife_renamed(self, draft: Draft, _room: int) -> bool:
        """Let a wife have come under her former family name, kept as 旧氏 by every other one."""
        day = self._day_after(draft)
        place = _place_of(draft, WIFE)
        if not day or place is None or draft.identities[place].kind != JAPANESE or draft.is_born_here(place):
            return False
        identity = draft.identities[place]
        maiden = self._another_family(identity.name)
        changes = {"name": identity.name.text, "name_kana": identity.name.kana, **identity.items}
        changes |= relation_items(WIFE)
        if self._shop.dice.chance(0.5):
            changes |= {"former_name": maiden.text, "former_name_kana": maiden.kana}
        given = Written(*(part.partition("　")[2] for part in identity.name))
        name = full_name(maiden, given)
        items = {"registered_domicile": domicile(draft.before), "register_head": name.text}
        draft.identities[place] = identity._replace(name=name, items=items)
        draft.members[place] = draft.members[place]._replace(relation=UNREGISTERED_WIFE)
        draft.events[place].append(Event(day, REGISTER_CORRECTION, changes))
        return True

    def former_name(self, draft: Draft, _room: int) -> bool:
        """Let a married woman have her 旧氏 entered from the beginning."""
        place = _place_of(draft, WIFE)
        if place is None or draft.identities[place].kind != JAPANESE:
            return False
        identity = draft.identities[place]
        maiden = self._another_family(identity.name)
        items = identity.items | {"former_name": maiden.text, "former_name_kana": maiden.kana}
        draft.identities[place] = identity._replace(items=items)
        return True

    def uncertain_date(self, draft: Draft, _room: int) -> bool:
        """Let nobody know on which day the head became a resident (不詳日)."""
        if draft.today - draft.arrived < 15 * _YEAR or draft.is_born_here(0):
            return False
        draft.uncertain_arrival = True
        return True

    def uncertain_birth(self, draft: Draft, _room: int) -> bool:
        """Let nobody know the birth day of an old head; one who lives alone may have a double and keeps it."""
        if len(draft.members) == 1 or draft.today - draft.members[0].birth < 68 * _YEAR:
            return False
        draft.uncertain_birth = True
        return True

    def protected(self, draft: Draft, _room: int) -> bool:
        """Put the members of a small household with a grown woman under protection (支援措置)."""
        grown = draft.today - draft.members[0].birth > 20 * _YEAR
        if not grown or len(draft.members) > 4 or draft.members[0].sex != FEMALE:  # noqa: PLR2004 - small
            return False
        draft.protection = self._shop.dice.one_of(tuple(Ground))
        return True

    def naturalised(self, draft: Draft, _room: int) -> bool:
        """Let a foreign head have become Japanese, under a new name."""
        day = self._day_after(draft)
        if not day or draft.identities[0].kind != FOREIGN:
            return False
        head = draft.members[0]
        given = self._shop.names.given(self._shop.dice, head.sex, self._shop.birth_year(head.birth))
        name = full_name(self._shop.names.family(self._shop.dice), given)
        changes = dict.fromkeys(_FOREIGN_ITEMS, "")
        changes |= {"resident_kind": JAPANESE, "name": name.text, "name_kana": name.kana}
        changes |= {"registered_domicile": domicile(draft.home), "register_head": name.text}
        draft.events[0].append(Event(day, NATURALISATION, changes))
        return True

    def _day_after(self, draft: Draft) -> int:
        first, last = draft.settled(), draft.today - 20
        return self._shop.dice.between(first, last) if first < last else 0

    def _another_family(self, name: Written) -> Written:
        family = self._shop.names.family(self._shop.dice)
        while name.text.startswith(f"{family.text}　"):
            family = self._shop.names.family(self._shop.dice)
        return family

    def _add(self, draft: Draft, member: Member, event: Event) -> None:
        head = draft.identities[0]
        family = Written(*(part.partition("　")[0] for part in head.name))
        given = self._shop.names.given(self._shop.dice, member.sex, self._shop.birth_year(member.birth))
        draft.members.append(member)
        draft.identities.append(head._replace(name=full_name(family, given)))
        draft.events.append([event])
        draft.departed += 1

    def _removal(self, state: str, day: int) -> Row:
        return {
            "resident_state": state,
            "removed_on": self._shop.days[day],
            "removed_on_uncertain": "0",
            "removal_notified_on": self._shop.days[day],
        }

    def _destination(self) -> Row:
        place, lot = self._shop.addresses.elsewhere(self._shop.dice), self._shop.addresses.lot(self._shop.dice)
        return {
            "destination_planned_municipality_code": place.code,
            "destination_planned_town_code": UNCONFIRMED,
            "destination_planned_prefecture": place.prefecture,
            "destination_planned_municipality": place.municipality,
            "destination_planned_number": lot,
            "destination_planned_postal_code": UNCONFIRMED,
        }


def relation_items(relation: Relation) -> Row:
    """Return the relationship items of a row."""
    return {
        "relationship_1": relation.code,
        "relationship_2": relation.second,
        "relationship_text": relation.text,
    }


def _place_of(draft: Draft, relation: Relation) -> int | None:
    for place, member in enumerate(draft.members):
        if member.relation is relation:
            return place
    return None


_FOREIGN_ITEMS: Final = (
    *("name_roman", "name_foreign_kanji", "common_name", "common_name_kana"),
    *("foreign_resident_since", "foreign_resident_since_uncertain", "nationality_code", "nationality"),
    *("article_30_45_category", "residence_status_code", "residence_period_years"),
    *("residence_expires_on", "residence_card_number"),
)


class Rarity(NamedTuple):
    """A rare event: once in `period` households."""

    period: int
    happen: Callable[[Happenings, Draft, int], bool]


EVENTS: Final = {
    "head_died": Rarity(23, Happenings.head_died),
    "child_left": Rarity(31, Happenings.child_left),
    "household_left": Rarity(37, Happenings.household_left),
    "wife_renamed": Rarity(41, Happenings.wife_renamed),
    "former_name": Rarity(71, Happenings.former_name),
    "protected": Rarity(149, Happenings.protected),
    "naturalised": Rarity(199, Happenings.naturalised),
    "uncertain_date": Rarity(211, Happenings.uncertain_date),
    "uncertain_birth": Rarity(311, Happenings.uncertain_birth),
}
