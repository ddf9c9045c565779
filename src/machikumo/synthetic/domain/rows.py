"""The standard resident row: key to text, in the order of the standard layout; empty is an empty text."""

from typing import Final

Row = dict[str, str]

_PLACE = ("municipality_code", "town_code", "prefecture", "municipality", "town", "number")
_ABROAD = ("country_code", "country", "foreign_address")
_BUILDING = ("building_code", "building", "building_kana")


def _uncertain(key: str) -> tuple[str, ...]:
    return key, f"{key}_uncertain", f"{key}_text"


def _prefixed(prefix: str, *keys: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{key}" for key in keys)


ITEMS: Final[tuple[str, ...]] = (
    *("addressee_number", "history_number", "history_branch", "is_latest", "household_number"),
    *("resident_kind", "resident_state", *_uncertain("event_date"), "notified_on", "event_reason"),
    *("name", "name_roman", "name_foreign_kanji", "name_kana", "former_name", "former_name_kana"),
    *("common_name", "common_name_kana", "name_priority", "sex", "sex_text", *_uncertain("birth_date")),
    *("relationship_1", "relationship_2", "relationship_3", "relationship_4", "relationship_text"),
    *("individual_number", "resident_record_code"),
    *_prefixed("address", "municipality_code", "town_code", "ward_code", "prefecture", "municipality", "town"),
    *_prefixed("address", "number", "number_parts", *_BUILDING, "postal_code"),
    *("address_set_on", *_uncertain("became_resident_on")),
    *_prefixed("previous_address", *_PLACE, "building", "postal_code", *_ABROAD, "head_name"),
    *_prefixed("moved_address", *_PLACE, "building", "building_code", "building_kana", "postal_code"),
    *("removal_notified_on", *_uncertain("removed_on"), "transfer_notice_on"),
    *_prefixed("destination_planned", *_PLACE, "building", "postal_code", *_ABROAD),
    *_prefixed("destination_fixed", *_PLACE, "building", "postal_code"),
    *_uncertain("foreign_resident_since"),
    *("nationality_code", "nationality", "article_30_45_category", "residence_status_code"),
    *("residence_period_years", "residence_period_months", "residence_period_days"),
    *("residence_expires_on", "residence_card_number"),
    *(f"local_district_{number}" for number in range(1, 11)),
    *("registered_domicile", "register_head", "remarks"),
)

EMPTY_ROW: Final[Row] = dict.fromkeys(ITEMS, "")

MALE: Final = "1"
FEMALE: Final = "2"
JAPANESE: Final = "1"
FOREIGN: Final = "2"
LIVE: Final = "1"
MOVED_OUT: Final = "2"
DECEASED: Final = "3"

BIRTH: Final = "01"
MOVE_IN: Final = "02"
MOVE_WITHIN: Final = "03"
MOVE_OUT: Final = "04"
DEATH: Final = "05"
HOUSEHOLD_CHANGE: Final = "06"
REGISTER_CORRECTION: Final = "07"
NATURALISATION: Final = "10"
