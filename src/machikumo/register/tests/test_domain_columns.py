"""Every item of the standard layout has exactly one place in the register."""

from __future__ import annotations

import tomllib
from datetime import date

from machikumo.kernel.official import data_folder
from machikumo.register.domain import columns as own
from machikumo.register.models import PersonVersion


def layout_keys() -> list[str]:
    with (data_folder() / "layouts" / "resident-standard.toml").open("rb") as file:
        items = tomllib.load(file)["item"]
    keys: list[str] = []
    for item in items:
        times = item.get("repetition", 1)
        keys += [item["key"]] if times == 1 else [f"{item['key']}_{number + 1}" for number in range(times)]
    return keys


def test_every_own_column_is_an_item_of_the_standard_layout() -> None:
    assert set(own.OWN_COLUMNS) - set(layout_keys()) == set()


def test_no_own_column_is_named_twice() -> None:
    assert len(own.OWN_COLUMNS) == len(set(own.OWN_COLUMNS))


def test_the_numbers_of_the_vault_have_no_column() -> None:
    names = {field.attname for field in PersonVersion._meta.concrete_fields}
    assert not names & set(own.VAULT_COLUMNS)
    assert not set(own.further_columns(layout_keys())) & set(own.VAULT_COLUMNS)


def test_every_own_column_but_the_keys_is_a_column_of_the_version() -> None:
    names = {field.attname for field in PersonVersion._meta.concrete_fields}
    assert set(own.OWN_COLUMNS) - set(own.KEY_COLUMNS) <= names


def test_what_has_no_column_is_kept_as_a_further_item() -> None:
    keys = layout_keys()
    assert set(own.further_columns(keys)) | set(own.OWN_COLUMNS) | set(own.VAULT_COLUMNS) == set(keys)


def test_values_are_written_as_the_standard_row_writes_them() -> None:
    values = {
        "is_latest": True,
        "birth_date": date(1989, 1, 8),
        "event_date": None,
        "name": "葛󠄂城　𠮷",
        "history_number": 3,
    }
    row = own.standard_row(
        values, {"previous_address_town": "本町"}, [*values, "previous_address_town", "individual_number"]
    )
    assert row == {
        "is_latest": "1",
        "birth_date": "1989-01-08",
        "event_date": "",
        "name": "葛󠄂城　𠮷",
        "history_number": "3",
        "previous_address_town": "本町",
        "individual_number": "",
    }
