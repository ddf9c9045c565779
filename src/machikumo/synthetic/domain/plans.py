"""Deciding who the next household is: the usual kinds by the age table, the rare ones on a fixed beat."""

from collections.abc import Callable
from typing import Final, NamedTuple

from machikumo.synthetic.domain.ages import Balance
from machikumo.synthetic.domain.drafts import Draft, Identity
from machikumo.synthetic.domain.households import HEAD, Composer, Member, Members
from machikumo.synthetic.domain.naming import Namer, Remembered, Setting
from machikumo.synthetic.domain.workshop import Workshop

_LONGEST_STAY: Final = 35 * 365
_SETTLING: Final = 200
_NATIVE: Final = 0.45
_MOVED: Final = 0.25


class Planner:
    """Makes drafts of households in constant memory."""

    __slots__ = ("_balance", "_composer", "_namer", "_remembered", "_shop")

    def __init__(self, shop: Workshop, balance: Balance) -> None:
        self._shop = shop
        self._balance = balance
        self._composer = Composer(shop.dice, shop.today)
        self._namer = Namer(shop)
        self._remembered: Remembered | None = None

    def is_ready(self, plan: str) -> bool:
        """Tell whether a plan can be carried out yet: a namesake needs somebody who was there before."""
        return self._remembered is not None or not plan.startswith("same_name")

    def draft(self, index: int, plan: str, room: int) -> Draft:
        """Return the next household, of at most `room` people; `plan` is a key of PLANS or empty."""
        dice, addresses = self._shop.dice, self._shop.addresses
        compose, name = PLANS[plan][1:] if plan else _USUAL
        full = compose(self, *self._balance.draw(dice))
        members = full[:room]
        arrived, moved = self._times(members[0])
        home = addresses.draw(dice, 0.6 if len(members) == 1 else 0.22)
        setting = Setting(home, arrived, self._remembered)
        draft = Draft(
            index=index,
            today=self._shop.today,
            members=members,
            identities=name(self._namer, members, setting),
            home=home,
            before=addresses.draw(dice, 0.5) if moved else home,
            arrived=arrived,
            moved=moved,
            is_native=dice.chance(_NATIVE),
        )
        if not plan and len(members) == 1:
            self._remembered = Remembered(draft.identities[0].name, members[0].sex, members[0].birth)
        elif plan and len(members) == len(full):
            draft.traits.add(plan)
        return draft

    def _times(self, head: Member) -> tuple[int, int]:
        dice, today = self._shop.dice, self._shop.today
        grown = today - head.birth - 18 * 365
        arrived = today - dice.between(45, max(60, min(grown, _LONGEST_STAY)))
        if today - arrived > _SETTLING and dice.chance(_MOVED):
            return arrived, dice.between(arrived + 60, today - 60)
        return arrived, 0

    def usual(self, age: int, sex: str) -> Members:
        """Return a household as they are most."""
        return self._composer.around(age, sex)

    def siblings(self, age: int, sex: str) -> Members:
        """Return siblings who live together."""
        return self._composer.siblings(min(max(age, 19), 60), sex)

    def housemates(self, age: int, sex: str) -> Members:
        """Return unrelated people of about one age."""
        return self._composer.housemates(min(max(age, 19), 45), sex)

    def twins(self, age: int, sex: str) -> Members:
        """Return a family with twins."""
        return self._composer.family(age % 18, sex, twins=True)

    def couple(self, age: int, sex: str) -> Members:
        """Return a couple."""
        return self._composer.couple(min(max(age, 22), 70), sex)

    def namesake(self, age: int, sex: str) -> Members:
        """Return a person alone of the sex of somebody remembered."""
        other = self._remembered
        return self._composer.single(max(age, 18), other.sex if other else sex)

    def double(self, age: int, sex: str) -> Members:
        """Return a person alone of the sex and birth day of somebody remembered."""
        other = self._remembered
        return [Member(other.sex, other.birth, HEAD)] if other else self.namesake(age, sex)


class Plan(NamedTuple):
    """A rare kind of household, once in `period` households, with its members and their names."""

    period: int
    members: Callable[[Planner, int, str], Members]
    identities: Callable[[Namer, Members, Setting], list[Identity]]


_USUAL: Final = (Planner.usual, Namer.japanese)
PLANS: Final = {
    "foreign": Plan(29, Planner.usual, Namer.foreign),
    "rare_name": Plan(53, Planner.usual, Namer.rare),
    "twins": Plan(67, Planner.twins, Namer.japanese),
    "housemates": Plan(83, Planner.housemates, Namer.japanese),
    "siblings": Plan(89, Planner.siblings, Namer.japanese),
    "same_name": Plan(97, Planner.namesake, Namer.same),
    "mixed_couple": Plan(113, Planner.couple, Namer.mixed),
    "same_name_and_birth": Plan(131, Planner.double, Namer.same),
}
