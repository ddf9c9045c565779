from collections import Counter
from decimal import Decimal

import pytest

from machikumo.kernel.official import (
    LocalGovernmentCodeError,
    MunicipalityKind,
    UnknownCode,
    english_names,
    municipalities,
    municipality,
    prefecture_of,
    prefectures,
    wards_of,
)


def test_there_are_47_prefectures_in_the_order_of_their_codes() -> None:
    codes = [prefecture.code for prefecture in prefectures()]
    assert len(codes) == 47
    assert codes == sorted(codes)
    assert (prefectures()[0].name, prefectures()[0].kana) == ("北海道", "ホッカイドウ")
    assert (prefectures()[-1].code, prefectures()[-1].name) == ("470007", "沖縄県")


def test_there_are_1741_municipalities_each_with_its_own_code() -> None:
    codes = {place.code for place in municipalities()}
    assert len(municipalities()) == 1_741
    assert len(codes) == 1_741


def test_the_kinds_are_counted_as_the_ministry_counts_them() -> None:
    kinds = Counter(place.kind for place in municipalities())
    assert kinds == {
        MunicipalityKind.DESIGNATED_CITY: 20,
        MunicipalityKind.CITY: 772,
        MunicipalityKind.SPECIAL_WARD: 23,
        MunicipalityKind.TOWN: 743,
        MunicipalityKind.VILLAGE: 183,
    }


def test_every_municipality_lies_in_the_prefecture_whose_digits_it_bears() -> None:
    for place in municipalities():
        assert place.prefecture_code[:2] == place.code[:2]
        assert prefecture_of(place.code).name == place.prefecture


def test_the_four_towns_of_the_demonstration_are_in_the_table() -> None:
    names = {code: municipality(code).name for code in ("182079", "403491", "222127", "121002")}
    assert names == {"182079": "鯖江市", "403491": "粕屋町", "222127": "焼津市", "121002": "千葉市"}


def test_a_municipality_carries_its_published_figures_exactly() -> None:
    sabae = municipality("182079")
    assert (sabae.kana, sabae.kind, sabae.population, sabae.households) == (
        "サバエシ",
        MunicipalityKind.CITY,
        69_400,
        25_362,
    )
    assert (sabae.office_latitude, sabae.office_longitude) == (Decimal("35.95666667"), Decimal("136.1844444"))
    assert sabae.fiscal_strength_index == Decimal("0.67")
    assert sabae.future_burden_ratio is None
    assert sabae.transition_support_systems == 3


def test_names_in_kana_are_full_width_with_joined_voicing_marks() -> None:
    assert municipality("121002").kana == "チバシ"
    assert municipality("222127").kana == "ヤイヅシ"
    assert all("ﾞ" not in place.kana and "゙" not in place.kana for place in municipalities())


def test_wards_belong_to_their_designated_city_only() -> None:
    assert [ward.code for ward in wards_of("121002")] == [
        "121011",
        "121029",
        "121037",
        "121045",
        "121053",
        "121061",
    ]
    assert wards_of("121002")[0].name == "千葉市中央区"
    assert wards_of("182079") == ()


def test_a_code_with_a_wrong_check_digit_is_refused_before_any_search() -> None:
    with pytest.raises(LocalGovernmentCodeError):
        municipality("182070")
    with pytest.raises(LocalGovernmentCodeError):
        prefecture_of("18207")


def test_a_possible_code_that_no_place_has_is_unknown() -> None:
    with pytest.raises(UnknownCode, match="182991") as refused:
        municipality("182991")
    assert refused.value.status == 404
    with pytest.raises(UnknownCode):
        prefecture_of("990001")


def test_names_in_latin_letters_belong_to_known_codes_and_end_as_their_kind_does() -> None:
    names = english_names()
    endings = {"city": "City", "designated_city": "City", "special_ward": "City", "town": "Town", "village": "Village"}
    towns = {town.code: endings[town.kind.value] for town in municipalities()}
    places = {place.code for place in prefectures()}
    assert set(names) <= towns.keys() | places
    assert places <= set(names)
    assert len(towns.keys() - set(names)) == 21
    for code, name in names.items():
        words = name.split(" ")
        assert words[0].isascii()
        assert words[0].isalpha()
        assert words[0] == words[0].capitalize()
        if code in towns:
            assert words[1:] == [towns[code]]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("182079", "Sabae City"),
        ("403491", "Kasuya Town"),
        ("222127", "Yaizu City"),
        ("121002", "Chiba City"),
        ("010006", "Hokkaido"),
        ("130001", "Tokyo Metropolis"),
        ("270008", "Osaka Prefecture"),
    ],
)
def test_well_known_names_are_spelled_as_everybody_knows_them(code: str, name: str) -> None:
    assert english_names()[code] == name
