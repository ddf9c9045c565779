"""How a standard resident row (標準レイアウト) lies in the register: columns by type, and the rest as further items.

Source: data/layouts/resident-standard.toml; a test compares the two.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY_COLUMNS = ("addressee_number", "household_number")
VAULT_COLUMNS = ("individual_number", "resident_record_code")
NUMBER_COLUMNS = ("history_number", "history_branch")
FLAG_COLUMNS = (
    "is_latest",
    "event_date_uncertain",
    "birth_date_uncertain",
    "became_resident_on_uncertain",
    "removed_on_uncertain",
    "foreign_resident_since_uncertain",
)
DATE_COLUMNS = (
    "event_date",
    "notified_on",
    "birth_date",
    "address_set_on",
    "became_resident_on",
    "removal_notified_on",
    "removed_on",
    "foreign_resident_since",
    "residence_expires_on",
)
TEXT_COLUMNS = (
    "resident_kind",
    "resident_state",
    "event_date_text",
    "event_reason",
    "name",
    "name_roman",
    "name_foreign_kanji",
    "name_kana",
    "former_name",
    "former_name_kana",
    "common_name",
    "common_name_kana",
    "name_priority",
    "sex",
    "sex_text",
    "birth_date_text",
    "relationship_1",
    "relationship_2",
    "relationship_3",
    "relationship_4",
    "relationship_text",
    "address_municipality_code",
    "address_town_code",
    "address_ward_code",
    "address_prefecture",
    "address_municipality",
    "address_town",
    "address_number",
    "address_number_parts",
    "address_building_code",
    "address_building",
    "address_building_kana",
    "address_postal_code",
    "became_resident_on_text",
    "removed_on_text",
    "foreign_resident_since_text",
    "nationality_code",
    "nationality",
    "article_30_45_category",
    "residence_status_code",
    "residence_period_years",
    "residence_period_months",
    "residence_period_days",
    "residence_card_number",
    "registered_domicile",
    "register_head",
    "remarks",
)
OWN_COLUMNS = KEY_COLUMNS + NUMBER_COLUMNS + FLAG_COLUMNS + DATE_COLUMNS + TEXT_COLUMNS


def further_columns(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys of a layout that have no column of their own and are kept together as further items."""
    known = set(OWN_COLUMNS) | set(VAULT_COLUMNS)
    return tuple(key for key in keys if key not in known)


def as_text(column: str, value: Any) -> str:
    """A stored value as a standard row writes it: empty for nothing, 1 and 0 for flags, ISO for dates."""
    if value is None:
        return ""
    if column in FLAG_COLUMNS:
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def standard_row(version: Mapping[str, Any], further: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """The standard row of one version; keys of the vault are left empty on purpose."""
    known = set(OWN_COLUMNS)
    return {key: as_text(key, version.get(key)) if key in known else str(further.get(key, "")) for key in keys}
