"""The people of one made-up town: households in a stream, the same for ever by seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from machikumo.synthetic.domain.addresses import Addresses, Ground
from machikumo.synthetic.domain.ages import AgeTable, Balance
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.domain.dates import IsoDays
from machikumo.synthetic.domain.drafts import Draft, ProtectionBlock
from machikumo.synthetic.domain.drafts import Ground as Reason
from machikumo.synthetic.domain.events import EVENTS, Happenings
from machikumo.synthetic.domain.names import Names, NameTables
from machikumo.synthetic.domain.numbers import Numbers
from machikumo.synthetic.domain.plans import PLANS, Planner
from machikumo.synthetic.domain.rows import Row
from machikumo.synthetic.domain.workshop import Workshop
from machikumo.synthetic.domain.writing import Writer

_ONE_YEAR: Final = 365
_EARLIEST: Final = date(2013, 1, 1)


@dataclass(frozen=True, slots=True)
class Basis:
    """The tables that a town is made from."""

    ground: Ground
    ages: AgeTable
    names: NameTables


@dataclass(frozen=True, slots=True)
class Household:
    """A finished household: its standard rows (person by person, oldest version first), blocks and traits.

    `traits` names what is rare about it: keys of PLANS and EVENTS.
    """

    number: str
    rows: tuple[Row, ...]
    blocks: tuple[ProtectionBlock, ...]
    traits: frozenset[str]


class Beat:
    """Which rare things are due: each once in its period, the first within the first period of the town."""

    __slots__ = ("_due", "_phases")

    def __init__(self, periods: dict[str, int], source: Random) -> None:
        self._phases = [(name, period, source.randrange(period)) for name, period in periods.items()]
        self._due: list[str] = []

    def due(self, index: int) -> list[str]:
        """Return the names that wait at this household, the longest waiting first; take one out when it is done."""
        self._due += [name for name, period, phase in self._phases if index % period == phase]
        return self._due


class Town:
    """A town to be made: the same arguments give the same households.

    `numbers` are those of its people and households by running index.
    """

    __slots__ = ("_balance", "_events", "_happenings", "_planner", "_plans", "_shop", "_writer", "numbers")

    def __init__(self, basis: Basis, seed: int, as_of: date) -> None:
        if as_of < _EARLIEST:
            raise ValueError("基準日は2013年1月1日以後で指定してください。")
        today = as_of.toordinal()
        source = Random(f"{basis.ground.municipality_code}:{seed}")  # noqa: S311 - made-up people need no secrecy
        addresses = Addresses(basis.ground, source)
        self.numbers = Numbers(source)
        self._shop = Workshop(Dice(source), Names(basis.names), addresses, IsoDays(), today)
        self._balance = Balance(basis.ages)
        self._planner = Planner(self._shop, self._balance)
        self._happenings = Happenings(self._shop)
        self._writer = Writer(self._shop, self.numbers)
        self._plans = Beat({name: plan.period for name, plan in PLANS.items()}, source)
        self._events = Beat({name: event.period for name, event in EVENTS.items()}, source)

    def households(self, people: int) -> Iterator[Household]:
        """Yield the households of this many people (the living and the removed), once and in constant memory.

        Every person has an addressee number; about 96 in 100 live in the town on its day, their ages and sexes
        after the age table (approximate).

        Raises:
            ValueError: `people` is below 1.
        """
        if people < 1:
            raise ValueError("人数は1以上で指定してください。")
        return self._made(people)

    def _made(self, people: int) -> Iterator[Household]:
        index = made = 0
        while made < people:
            draft = self._draft(index, people - made)
            yield self._finished(draft, made)
            made += len(draft.members)
            index += 1

    def _draft(self, index: int, room: int) -> Draft:
        plans = self._plans.due(index)
        plan = next((name for name in plans if self._planner.is_ready(name)), "")
        if plan:
            plans.remove(plan)
        draft = self._planner.draft(index, plan, room)
        events = self._events.due(index)
        for name in events:
            if self._happenings.apply(name, draft, room - len(draft.members)):
                events.remove(name)
                break
        return draft

    def _finished(self, draft: Draft, first_person: int) -> Household:
        rows = self._writer.rows(draft, first_person)
        if not draft.has_left:
            staying = draft.members[: len(draft.members) - draft.departed]
            self._balance.add((self._shop.age(member.birth), member.sex) for member in staying)
        blocks = tuple(self._blocks(draft.protection, draft.index, rows)) if draft.protection else ()
        return Household(rows[0]["household_number"], tuple(rows), blocks, frozenset(draft.traits))

    def _blocks(self, reason: Reason, index: int, rows: list[Row]) -> Iterator[ProtectionBlock]:
        starts = self._shop.today - 30 - index % 300
        for row in rows:
            if row["is_latest"] == "1":
                yield ProtectionBlock(
                    addressee_number=row["addressee_number"],
                    household_number=row["household_number"],
                    ground=reason,
                    starts_on=self._shop.days[starts],
                    ends_on=self._shop.days[starts + _ONE_YEAR],
                )
