import hashlib
import re
from pathlib import Path

import pytest

from machikumo.kernel.official import (
    LocalGovernmentCodeError,
    OfficialDataError,
    data_folder,
    records,
    towns_of,
    wards_of,
)


def test_the_data_folder_lies_beside_the_source_unless_the_environment_names_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MACHIKUMO_DATA", raising=False)
    assert (data_folder() / "municipalities" / "municipalities.csv").is_file()
    monkeypatch.setenv("MACHIKUMO_DATA", str(tmp_path))
    assert data_folder() == tmp_path


def test_a_missing_table_is_named_with_the_way_to_mend_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MACHIKUMO_DATA", str(tmp_path))
    with pytest.raises(OfficialDataError, match="MACHIKUMO_DATA") as refused:
        list(records("people", "nothing.csv"))
    assert "nothing.csv" in refused.value.message_en
    assert refused.value.status == 500


def test_a_table_written_by_a_spreadsheet_with_a_mark_at_its_start_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "some.csv").write_bytes("\ufeff名,値\r\n鯖江,1\r\n".encode())
    monkeypatch.setenv("MACHIKUMO_DATA", str(tmp_path))
    assert list(records("some.csv")) == [{"名": "鯖江", "値": "1"}]


@pytest.mark.parametrize(("code", "count"), [("182079", 153), ("403491", 62), ("222127", 141), ("121002", 505)])
def test_the_towns_of_the_demonstration_are_shipped(code: str, count: int) -> None:
    towns = towns_of(code)
    assert len(towns) == count
    assert len({(town.municipality, town.name, town.section) for town in towns}) == count
    assert all(24 < town.latitude < 46 for town in towns if town.latitude is not None)
    assert all(122 < town.longitude < 146 for town in towns if town.longitude is not None)


def test_towns_are_written_as_in_an_address() -> None:
    kasuya = towns_of("403491")[0]
    assert (kasuya.prefecture, kasuya.municipality) == ("福岡県", "糟屋郡粕屋町")
    assert {town.ward_code for town in towns_of("121002")} == {ward.code for ward in wards_of("121002")}
    assert {town.ward_code for town in towns_of("182079")} == {""}
    assert {"鶴町", "筒井"} < {town.section for town in towns_of("403491")}


def test_a_town_without_a_point_in_the_source_has_none_rather_than_zero() -> None:
    without = [town for town in towns_of("121002") if town.latitude is None]
    assert all(town.longitude is None for town in without)
    assert len(without) == 5


def test_a_real_municipality_without_shipped_towns_has_none() -> None:
    assert towns_of("011002") == ()


def test_towns_are_not_looked_up_under_a_broken_code() -> None:
    with pytest.raises(LocalGovernmentCodeError):
        towns_of("18207")


@pytest.mark.parametrize("folder", ["municipalities", "addresses", "people"])
def test_every_shipped_table_has_the_checksum_that_its_readme_states(folder: str) -> None:
    text = (data_folder() / folder / "README.md").read_text(encoding="utf-8")
    stated = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", text, re.MULTILINE)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (data_folder() / folder).glob("*.csv")
    }
    assert stated == found


@pytest.mark.parametrize("folder", ["municipalities", "addresses", "people"])
def test_every_folder_of_tables_names_its_licence_and_whom_to_credit(folder: str) -> None:
    text = (data_folder() / folder / "README.md").read_text(encoding="utf-8")
    assert "Credit when shown" in text
    assert "CC BY" in text
    assert "commit" in text
