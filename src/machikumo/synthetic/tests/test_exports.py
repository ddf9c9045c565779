import csv
import hashlib
import json
from pathlib import Path

import pytest

from machikumo.__main__ import main
from machikumo.kernel.official import UnknownCode
from machikumo.synthetic.domain.faults import Fault
from machikumo.synthetic.exports import DEMO_SHARE, Export, Order, break_export, make_export
from machikumo.synthetic.tables import NoTowns
from machikumo.synthetic.tests.scenes import AS_OF, SABAE, everybody, town
from machikumo.synthetic.towns import households, protection_blocks, residents, truth_of
from machikumo.synthetic.vendors import Vendor


def order(**changed: object) -> Order:
    facts: dict[str, object] = {"code": SABAE, "people": 300, "seed": 1, "as_of": AS_OF, "vendor": Vendor.KASUMI}
    return Order(**(facts | changed))  # type: ignore[arg-type]


@pytest.fixture
def made(tmp_path: Path) -> Export:
    return make_export(order(defects=DEMO_SHARE), tmp_path / "kasumi")


def test_an_export_is_three_files_named_as_the_vendor_names_them(made: Export) -> None:
    assert made.file.name == "KSM_JUKI_182079_20260401.csv"
    assert sorted(path.name for path in made.file.parent.iterdir()) == sorted(
        ["KSM_JUKI_182079_20260401.csv", "truth.json", "protection.csv"]
    )


def test_the_truth_tells_what_was_made(made: Export) -> None:
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    data = made.file.read_bytes()
    assert (truth["municipality"], truth["people"], truth["seed"], truth["as_of"]) == (SABAE, 300, 1, "2026-04-01")
    assert truth["sha256"] == hashlib.sha256(data).hexdigest() == made.sha256
    assert truth["bytes"] == len(data)
    assert truth["records"] == made.records == data.count(b"\r\n") - 1
    assert len(truth["defects"]) == made.planted > 0
    assert set(truth["defects"][0]) == {"row", "found_at", "defect", "item", "rule"}
    assert "approximate" in truth["age_table"]


def test_the_counts_of_the_truth_are_those_of_the_town(made: Export) -> None:
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    assert truth["town"] == truth_of(SABAE, 300, 1, AS_OF).as_dict()
    assert truth["town"]["persons"] == made.persons == 300


def test_the_blocks_are_beside_the_file_and_not_in_it(tmp_path: Path) -> None:
    made = make_export(order(people=1_000), tmp_path)
    with made.blocks.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    blocks = list(protection_blocks(SABAE, 1_000, 1, AS_OF))
    assert [row["addressee_number"] for row in rows] == [block.addressee_number for block in blocks]
    assert {row["ground"] for row in rows} <= {"spousal_violence", "stalking", "child_abuse", "other"}
    assert rows


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("is_bulk", [False, True])
def test_the_same_order_gives_the_same_bytes(tmp_path: Path, vendor: Vendor, is_bulk: bool) -> None:  # noqa: FBT001
    wanted = order(vendor=vendor, people=1_000, defects=0.01, is_bulk=is_bulk)
    first, second = (make_export(wanted, tmp_path / name) for name in ("one", "two"))
    assert first.file.read_bytes() == second.file.read_bytes()
    assert first.truth.read_bytes() == second.truth.read_bytes()


def test_progress_is_told_up_to_the_last_person(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make_export(order(people=2_000), tmp_path, lambda done, total: told.append((done, total)))
    assert told[0][0] < told[-1][0]
    assert told[-1] == (2_000, 2_000)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_an_export_that_breaks_off_leaves_the_older_file_whole(tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    older = make_export(order(), tmp_path).file.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        make_export(order(seed=2), tmp_path, stop)
    assert (tmp_path / "KSM_JUKI_182079_20260401.csv").read_bytes() == older


def test_a_broken_copy_stands_beside_the_sound_file(made: Export) -> None:
    before = made.file.read_bytes()
    path, rule = break_export(made, Vendor.KASUMI, Fault.HEADER_ONLY)
    assert path.name == "KSM_JUKI_182079_20260401_header_only.csv"
    assert rule == "file.header_only"
    assert made.file.read_bytes() == before


def test_unknown_codes_and_municipalities_without_towns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownCode):
        make_export(order(code="182991"), tmp_path)
    with pytest.raises(NoTowns):
        make_export(order(code="011002"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_town_can_be_asked_for_by_code_alone() -> None:
    assert tuple(households(SABAE, 600, 1, AS_OF)) == town()
    assert list(residents(SABAE, 600, 1, AS_OF)) == [row for person in everybody(town()) for row in person]


def test_the_command_writes_the_files_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["synthetic", "town", "--code", SABAE, "--people", "200", "--vendor", "minato", "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert "不備 0件" in capsys.readouterr().out
    assert main([*arguments, "--defects", "--fault", "empty"]) == 0
    said = capsys.readouterr().out
    assert "minato_residents_182079_20260401.csv: 200人" in said
    assert "truth.json" in said
    assert "file.empty" in said
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert len(truth["defects"]) == pytest.approx(DEMO_SHARE * truth["records"], abs=2)
    assert (tmp_path / "minato_residents_182079_20260401_empty.csv").read_bytes() == b""


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--code", "182078"], "182078"),
        (["--code", "011002"], "towns.csv"),
        (["--code", SABAE, "--people", "0"], "人数"),
        (["--code", SABAE, "--people", "999", "--bulk"], "倍数"),
        (["--code", SABAE, "--as-of", "2000-01-01"], "基準日"),
        (["--code", SABAE, "--defects", "5"], "割合"),
    ],
)
def test_a_refused_command_says_why_and_exits_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: list[str], words: str
) -> None:
    assert main(["synthetic", "town", "--vendor", "kasumi", "--out", str(tmp_path), *extra]) == 2
    assert words in capsys.readouterr().err
