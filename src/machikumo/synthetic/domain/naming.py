"""Under which names a household lives: Japanese, foreign, mixed, or those of somebody else."""

from typing import Final, NamedTuple

from machikumo.synthetic.domain.addresses import domicile
from machikumo.synthetic.domain.drafts import Identity
from machikumo.synthetic.domain.foreigners import Foreigners
from machikumo.synthetic.domain.households import HOUSEMATE, HUSBAND, WIFE, Members
from machikumo.synthetic.domain.names import Written, full_name
from machikumo.synthetic.domain.rows import Row
from machikumo.synthetic.domain.workshop import Workshop

_SPOUSES: Final = (HUSBAND, WIFE)


class Remembered(NamedTuple):
    """Somebody whose name (and birth day) another person will bear too."""

    name: Written
    sex: str
    birth: int


class Setting(NamedTuple):
    """Where and since when a household lives, and whose namesake may join."""

    home: Row
    arrived: int
    remembered: Remembered | None


class Namer:
    """Gives names to the members of a household; every method returns one identity a member, in their order."""

    __slots__ = ("_foreigners", "_shop")

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._foreigners = Foreigners(shop)

    def japanese(self, members: Members, setting: Setting) -> list[Identity]:
        """Return Japanese names under one family name, but for housemates."""
        return self._bearing(self._shop.names.family(self._shop.dice), members, setting.home)

    def rare(self, members: Members, setting: Setting) -> list[Identity]:
        """Return names under a family name that needs a variation selector or a 外字."""
        return self._bearing(self._shop.names.rare_family(self._shop.dice), members, setting.home)

    def same(self, members: Members, setting: Setting) -> list[Identity]:
        """Return the name of somebody who is already there, for a household of one."""
        made = self.japanese(members, setting)
        if setting.remembered is None:
            return made
        name = setting.remembered.name
        return [Identity(name, made[0].items | {"register_head": name.text})]

    def foreign(self, members: Members, setting: Setting) -> list[Identity]:
        """Return the names of foreign residents of one nationality and family name."""
        nation = self._foreigners.nation()
        family = self._shop.dice.one_of(nation.family)
        return [self._foreigners.identity(nation, family, member, setting.arrived) for member in members]

    def mixed(self, members: Members, setting: Setting) -> list[Identity]:
        """Return Japanese names, but a foreign one for the spouse."""
        identities = self.japanese(members, setting)
        for place, member in enumerate(members):
            if member.relation in _SPOUSES:
                identities[place] = self.foreign([member], setting)[0]
        return identities

    def _bearing(self, family: Written, members: Members, home: Row) -> list[Identity]:
        shop = self._shop
        shared: Row = {}
        identities = []
        used: set[Written] = set()
        for member in members:
            given = self._unused(used, member.sex, shop.birth_year(member.birth))
            used.add(given)
            if not shared or member.relation is HOUSEMATE:
                line = shop.names.family(shop.dice) if shared else family
                name = full_name(line, given)
                items = {"registered_domicile": domicile(home), "register_head": name.text}
                shared = shared or items
                identities.append(Identity(name, items))
            else:
                identities.append(Identity(full_name(family, given), shared))
        return identities

    def _unused(self, used: set[Written], sex: str, year: int) -> Written:
        names, dice = self._shop.names, self._shop.dice
        given = names.given(dice, sex, year)
        # A household may hold more people than a small table has names: the ninth draw is taken as it is.
        for _ in range(8):
            if given not in used:
                break
            given = names.given(dice, sex, year)
        return given
