"""The 47 prefectures, 1,741 municipalities and 171 wards of designated cities."""

import enum
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from machikumo.kernel.errors import NotFound
from machikumo.kernel.official.codes import LocalGovernmentCodeError, is_local_government_code
from machikumo.kernel.official.files import records


class UnknownCode(NotFound):
    """No prefecture or municipality of the table has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"団体コード「{code}」の団体は、全国地方公共団体コードの表(2024年1月1日現在)にありません。",
            f"No local government of the table of 2024-01-01 has the code '{code}'.",
        )


class MunicipalityKind(enum.Enum):
    """Kind of a municipality in the table."""

    DESIGNATED_CITY = "designated_city"
    CITY = "city"
    SPECIAL_WARD = "special_ward"
    TOWN = "town"
    VILLAGE = "village"


@cache
def english_names() -> Mapping[str, str]:
    """Names in Latin letters by six-digit code; 21 municipalities have none (data/municipalities/README.md)."""
    return MappingProxyType({row["code6"]: row["name_en"] for row in records("municipalities", "english_names.csv")})


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A 都道府県 with its six-digit code and its name in kanji and full-width kana."""

    code: str
    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward (行政区) of a designated city; `name` begins with the city's name."""

    code: str
    city_code: str
    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A 市区町村 with what is published about it; None where the source prints no figure.

    Population and households are of 2022-01-01, the four fiscal indices of fiscal year 2021, the share of
    finished standardisation steps of January 2026, the systems with 特定移行支援 of December 2025.
    """

    code: str
    prefecture_code: str
    prefecture: str
    name: str
    kana: str
    kind: MunicipalityKind
    population: int
    households: int
    office_latitude: Decimal
    office_longitude: Decimal
    fiscal_strength_index: Decimal | None
    ordinary_balance_ratio: Decimal | None
    real_debt_service_ratio: Decimal | None
    future_burden_ratio: Decimal | None
    standardisation_step_rate: Decimal | None
    transition_support_systems: int


@cache
def prefectures() -> tuple[Prefecture, ...]:
    """Return the 47 prefectures in the order of their codes."""
    return tuple(
        Prefecture(_checked(row["code6"]), row["name"], _full_width(row["kana_halfwidth"]))
        for row in records("municipalities", "prefectures.csv")
    )


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Return the 1,741 municipalities in the order of their codes."""
    codes = {prefecture.name: prefecture.code for prefecture in prefectures()}
    return tuple(_municipality(row, codes) for row in records("municipalities", "municipalities.csv"))


def municipality(code: str) -> Municipality:
    """Return the municipality with this six-digit code.

    Raises:
        LocalGovernmentCodeError: not six digits with a right check digit.
        UnknownCode: a possible code that no municipality has.
    """
    found = _by_code().get(_checked(code))
    if found is None:
        raise UnknownCode(code)
    return found


def prefecture_of(code: str) -> Prefecture:
    """Return the prefecture in which the local government with this six-digit code lies (or which it is).

    Raises:
        LocalGovernmentCodeError: not six digits with a right check digit.
        UnknownCode: no prefecture begins with these two digits.
    """
    for prefecture in prefectures():
        if prefecture.code[:2] == _checked(code)[:2]:
            return prefecture
    raise UnknownCode(code)


def wards_of(city_code: str) -> tuple[Ward, ...]:
    """Return the wards of a designated city; empty for every other municipality."""
    return tuple(ward for ward in _wards() if ward.city_code == city_code)


@cache
def _wards() -> tuple[Ward, ...]:
    return tuple(
        Ward(_checked(row["code6"]), row["city_code6"], row["name"], _full_width(row["kana_halfwidth"]))
        for row in records("municipalities", "wards.csv")
    )


@cache
def _by_code() -> Mapping[str, Municipality]:
    return MappingProxyType({municipality.code: municipality for municipality in municipalities()})


def _municipality(row: dict[str, str], prefecture_codes: dict[str, str]) -> Municipality:
    return Municipality(
        code=_checked(row["code6"]),
        prefecture_code=prefecture_codes[row["prefecture"]],
        prefecture=row["prefecture"],
        name=row["name"],
        kana=_full_width(row["kana_halfwidth"]),
        kind=MunicipalityKind(row["type"]),
        population=int(row["population_20220101"]),
        households=int(row["households_20220101"]),
        office_latitude=Decimal(row["office_lat"]),
        office_longitude=Decimal(row["office_lng"]),
        fiscal_strength_index=_figure(row["fiscal_strength_index_fy2021"]),
        ordinary_balance_ratio=_figure(row["ordinary_balance_ratio_fy2021"]),
        real_debt_service_ratio=_figure(row["real_debt_service_ratio_fy2021"]),
        future_burden_ratio=_figure(row["future_burden_ratio_fy2021"]),
        standardisation_step_rate=_figure(row["standardization_step_rate_202601"]),
        transition_support_systems=int(row["tokutei_systems_202512"] or 0),
    )


def _checked(code: str) -> str:
    if not is_local_government_code(code):
        raise LocalGovernmentCodeError(code)
    return code


def _figure(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _full_width(kana: str) -> str:
    # Only the table's half-width kana are folded; no person's name ever passes here.
    return unicodedata.normalize("NFKC", kana)
