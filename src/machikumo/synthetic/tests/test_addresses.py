from random import Random

import pytest

from machikumo.kernel.official import municipalities, towns_of
from machikumo.kernel.text.widths import is_wide
from machikumo.synthetic.domain.addresses import UNCONFIRMED, Addresses, Ground, Place, domicile, moved_from
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.tables import NoTowns, ground_of

SABAE = ground_of("182079")


@pytest.fixture
def addresses() -> Addresses:
    return Addresses(SABAE, Random(1))


def test_the_ground_holds_the_real_towns_and_every_other_municipality() -> None:
    assert len(SABAE.places) == len(towns_of("182079"))
    assert len(SABAE.elsewhere) == len(municipalities()) - 1
    assert "182079" not in {place.code for place in SABAE.elsewhere}


def test_a_town_within_a_town_is_written_with_both_names() -> None:
    towns = {place.town for place in ground_of("403491").places}
    assert "大字仲原鶴町" in towns


def test_a_place_of_a_designated_city_carries_its_ward() -> None:
    wards = {(place.ward_code, place.municipality) for place in ground_of("121002").places}
    assert ("121011", "千葉市中央区") in wards
    assert len(wards) == 6


def test_a_municipality_without_towns_is_refused_with_the_way_out() -> None:
    with pytest.raises(NoTowns, match=r"towns\.csv") as refused:
        ground_of("011002")
    assert refused.value.status == 404
    assert "011002" in refused.value.message_en


def test_every_address_lies_in_a_real_town(addresses: Addresses) -> None:
    dice = Dice(Random(2))
    real = {town.name for town in towns_of("182079")}
    drawn = [addresses.draw(dice, 0.5) for _ in range(500)]
    assert {address["address_town"] for address in drawn} <= real
    assert {address["address_municipality_code"] for address in drawn} == {"182079"}
    assert len({address["address_town"] for address in drawn}) > 80


def test_what_is_not_known_is_marked_and_not_made_up(addresses: Addresses) -> None:
    address = addresses.draw(Dice(Random(3)), 0.5)
    assert address["address_postal_code"] == address["address_town_code"] == UNCONFIRMED == "0000000"


def test_lots_are_written_by_block_in_a_chome_and_by_lot_elsewhere(addresses: Addresses) -> None:
    dice = Dice(Random(4))
    for address in (addresses.draw(dice, 0.0) for _ in range(200)):
        sign = "号" if address["address_town"].endswith("丁目") else "番地"
        assert sign in address["address_number"]
        assert is_wide(address["address_number"])
        assert address["address_building"] == ""


def test_a_flat_has_a_building_in_kanji_and_kana(addresses: Addresses) -> None:
    address = addresses.draw(Dice(Random(5)), 1.0)
    assert address["address_building"].endswith("号")
    assert address["address_building_kana"].endswith("ゴウ")
    assert is_wide(address["address_building"] + address["address_building_kana"])


def test_the_district_tells_the_town(addresses: Addresses) -> None:
    dice = Dice(Random(6))
    for address in (addresses.draw(dice, 0.0) for _ in range(100)):
        place = SABAE.places[int(address["local_district_1"]) - 1]
        assert place.town == address["address_town"]


def test_some_towns_are_chosen_more_often_and_the_seed_says_which() -> None:
    ground = Ground("182079", tuple(Place("", "福井県", "鯖江市", f"町{number}") for number in range(5)), ())
    counts = []
    for seed in (1, 2):
        addresses, dice = Addresses(ground, Random(seed)), Dice(Random(9))
        drawn = [addresses.draw(dice, 0.0)["address_town"] for _ in range(1_000)]
        counts.append([drawn.count(f"町{number}") for number in range(5)])
    assert counts[0] != counts[1]
    assert max(counts[0]) > 1.5 * min(counts[0])


def test_a_former_address_is_copied_item_by_item(addresses: Addresses) -> None:
    address = addresses.draw(Dice(Random(7)), 1.0)
    moved = moved_from(address)
    assert moved["moved_address_town"] == address["address_town"]
    assert moved["moved_address_building"] == address["address_building"]
    assert moved["moved_address_postal_code"] == UNCONFIRMED
    assert len(moved) == 10


def test_a_domicile_names_prefecture_municipality_town_and_lot(addresses: Addresses) -> None:
    address = addresses.draw(Dice(Random(8)), 0.0)
    assert domicile(address) == f"福井県鯖江市{address['address_town']}{address['address_number']}"


def test_elsewhere_is_a_real_municipality_with_a_made_up_lot(addresses: Addresses) -> None:
    dice = Dice(Random(9))
    codes = {place.code for place in municipalities()}
    assert all(addresses.elsewhere(dice).code in codes for _ in range(50))
    assert is_wide(addresses.lot(dice))
