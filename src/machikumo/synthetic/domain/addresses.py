"""Addresses: made-up lots in the real towns of a municipality, and real municipalities to come from and go to."""

from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from machikumo.synthetic.domain.chance import Dice, Weighted, weighted
from machikumo.synthetic.domain.dates import full_width
from machikumo.synthetic.domain.names import Written
from machikumo.synthetic.domain.rows import Row

UNCONFIRMED: Final = "0000000"

_NUMBERS: Final = tuple(full_width(number) for number in range(1, 3_000))
_BUILDINGS: Final = (
    *(
        Written("コーポ桜", "コーポサクラ"),
        Written("メゾン青葉", "メゾンアオバ"),
        Written("第二緑荘", "ダイニミドリソウ"),
    ),
    *(Written("ハイツ中央", "ハイツチュウオウ"), Written("サンライズ", "サンライズ"), Written("若葉荘", "ワカバソウ")),
    *(Written("県営住宅", "ケンエイジュウタク"), Written("シャトー駅前", "シャトーエキマエ")),
)
_MOVED: Final = tuple(
    (f"moved_address_{part}", f"address_{part}")
    for part in (
        *("municipality_code", "town_code", "prefecture", "municipality", "town", "number"),
        *("building", "building_code", "building_kana", "postal_code"),
    )
)
_COUNTRYSIDE: Final = 4


class Place(NamedTuple):
    """A 町丁目 as an address writes it; `ward_code` is empty outside designated cities."""

    ward_code: str
    prefecture: str
    municipality: str
    town: str


class Elsewhere(NamedTuple):
    """Another municipality, to come from or to go to."""

    code: str
    prefecture: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What the making of addresses needs: the town's code, its places and the municipalities around it."""

    municipality_code: str
    places: tuple[Place, ...]
    elsewhere: tuple[Elsewhere, ...]


class Addresses:
    """Draws addresses; made once a town. Some places are chosen more often: the seed says which."""

    __slots__ = ("_elsewhere", "_places")

    def __init__(self, ground: Ground, source: Random) -> None:
        self._places: Weighted[Row] = weighted(
            (_items(ground.municipality_code, place, number), source.randrange(1, 12))
            for number, place in enumerate(ground.places, 1)
        )
        self._elsewhere = ground.elsewhere

    def draw(self, dice: Dice, share_of_flats: float) -> Row:
        """Return the items of a new address; not to be changed, the members of a household share it."""
        address = self._places.pick(dice).copy()
        block, lot = dice.between(1, 60), dice.between(1, 40)
        if address["address_town"].endswith("丁目"):
            address["address_number"] = f"{_NUMBERS[block - 1]}番{_NUMBERS[lot - 1]}号"
        else:
            block = block * _COUNTRYSIDE
            address["address_number"] = f"{_NUMBERS[block - 1]}番地{_NUMBERS[lot - 1]}"
        address["address_number_parts"] = f"{block}-{lot}"
        if dice.chance(share_of_flats):
            building, room = dice.one_of(_BUILDINGS), dice.between(1, 6) * 100 + dice.between(1, 12)
            wide = _NUMBERS[room - 1]
            address["address_building"] = f"{building.text}　{wide}号"
            address["address_building_kana"] = f"{building.kana}　{wide}ゴウ"
        return address

    def elsewhere(self, dice: Dice) -> Elsewhere:
        """Return another municipality of the country, each as likely as the others."""
        return dice.one_of(self._elsewhere)

    def lot(self, dice: Dice) -> str:
        """Return a made-up 番地 for an address elsewhere, where no town is known."""
        return f"{_NUMBERS[dice.between(0, 2_000)]}番地{_NUMBERS[dice.between(0, 30)]}"


def moved_from(address: Row) -> Row:
    """Return the items of 転居前住所 for somebody who lived at this address."""
    return {moved: address[now] for moved, now in _MOVED}


def domicile(address: Row) -> str:
    """Return a 本籍 at the lot of this address."""
    place = f"{address['address_prefecture']}{address['address_municipality']}{address['address_town']}"
    return f"{place}{address['address_number']}"


def _items(code: str, place: Place, number: int) -> Row:
    return {
        "address_municipality_code": code,
        "address_town_code": UNCONFIRMED,
        "address_ward_code": place.ward_code,
        "address_prefecture": place.prefecture,
        "address_municipality": place.municipality,
        "address_town": place.town,
        "address_number": "",
        "address_number_parts": "",
        "address_building_code": "",
        "address_building": "",
        "address_building_kana": "",
        "address_postal_code": UNCONFIRMED,
        "local_district_1": f"{number:04d}",
    }
