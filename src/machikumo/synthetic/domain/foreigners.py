"""Foreign residents: nationality, status, Roman and kanji names, common names (通称)."""

from datetime import date
from typing import Final, NamedTuple

from machikumo.synthetic.domain.chance import weighted
from machikumo.synthetic.domain.drafts import Identity
from machikumo.synthetic.domain.households import Member
from machikumo.synthetic.domain.names import ForeignName, Nation, Written, full_name
from machikumo.synthetic.domain.rows import FOREIGN, Row
from machikumo.synthetic.domain.workshop import Workshop

# 住民基本台帳法 30条の45 came into force on this day: nobody was a foreign resident of the register before.
_SINCE: Final = date(2012, 7, 9).toordinal()


class Status(NamedTuple):
    """A status of residence; the codes are our own running numbers, to be confirmed."""

    code: str
    category: str
    years: int
    youngest: int


PERMANENT: Final = Status("001", "01", 0, 25)
SPECIAL_PERMANENT: Final = Status("002", "02", 0, 0)
DEPENDENT: Final = Status("006", "01", 3, 0)
_STATUSES: Final = weighted(
    (
        (PERMANENT, 30.0),
        (Status("003", "01", 2, 18), 20.0),
        (Status("004", "01", 1, 18), 25.0),
        (Status("005", "01", 3, 22), 20.0),
        (Status("007", "01", 5, 18), 10.0),
    )
)
_SPECIAL: Final = "KOR"


class Foreigners:
    """Makes the identities of foreign residents as of one day."""

    __slots__ = ("_shop",)

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    def nation(self) -> Nation:
        """Return one of the nationalities of the table."""
        return self._shop.dice.one_of(self._shop.names.nations)

    def identity(self, nation: Nation, family: ForeignName, member: Member, arrived: int) -> Identity:
        """Return the name and the items of a foreign resident of a household that came on a day (ordinal)."""
        sex, birth = member.sex, member.birth
        given = self._shop.dice.one_of(nation.given[sex])
        roman = full_name(Written(family.roman, family.kana), Written(given.roman, given.kana))
        age = self._shop.age(birth)
        status = self._status(nation, age)
        items = self._items(nation, status, max(arrived, birth))
        items["name_roman"] = roman.text
        if family.kanji and given.kanji:
            items["name_foreign_kanji"] = f"{family.kanji}　{given.kanji}"
        if status is SPECIAL_PERMANENT:
            common = full_name(self._shop.dice.one_of(self._shop.names.common), self._given(sex, birth))
            items["common_name"], items["common_name_kana"] = common
            return Identity(Written(items["name_foreign_kanji"], roman.kana), items, FOREIGN)
        return Identity(roman, items, FOREIGN)

    def _given(self, sex: str, birth: int) -> Written:
        return self._shop.names.given(self._shop.dice, sex, self._shop.birth_year(birth))

    def _status(self, nation: Nation, age: int) -> Status:
        if nation.code == _SPECIAL and self._shop.dice.chance(0.6):
            return SPECIAL_PERMANENT
        status = _STATUSES.pick(self._shop.dice)
        return status if age >= status.youngest else DEPENDENT

    def _items(self, nation: Nation, status: Status, arrived: int) -> Row:
        items = {
            "nationality_code": nation.code,
            "nationality": nation.name,
            "foreign_resident_since": self._shop.days[max(arrived, _SINCE)],
            "foreign_resident_since_uncertain": "0",
            "article_30_45_category": status.category,
            "residence_status_code": status.code,
        }
        if status is not SPECIAL_PERMANENT:
            items["residence_card_number"] = f"ZZ{self._shop.dice.between(0, 99_999_999):08d}ZZ"
        if status.years:
            items["residence_period_years"] = f"{status.years:02d}"
            expires = self._shop.today + self._shop.dice.between(20, status.years * 365)
            items["residence_expires_on"] = self._shop.days[expires]
        return items
