import pytest

from machikumo.synthetic.domain.defects import Defect, defects_of
from machikumo.synthetic.domain.planting import Planter, Press
from machikumo.synthetic.tests.scenes import town
from machikumo.synthetic.vendors import Vendor, exporter_of

KASUMI = exporter_of(Vendor.KASUMI)


def pressed(share: float, seed: int = 1, people: int = 1_000) -> tuple[Press, bytes]:
    press = Press(KASUMI, share)
    return press, b"".join(press.pieces(town(seed, people)))


def test_without_a_share_nothing_is_damaged() -> None:
    press, data = pressed(0.0)
    sound = b"".join(KASUMI.line(KASUMI.values(row)) for home in town(1, 1_000) for row in home.rows)
    assert press.planter.planted == []
    assert data == KASUMI.header() + sound


@pytest.mark.parametrize("share", [0.002, 0.02, 0.05])
def test_the_share_is_kept(share: float) -> None:
    press, _ = pressed(share, people=4_000)
    assert len(press.planter.planted) == pytest.approx(share * press.planter.records, abs=3)


def test_records_are_the_lines_after_the_header() -> None:
    press, data = pressed(0.03)
    assert press.planter.records == data.count(b"\r\n") - 1
    duplicates = sum(planted.defect is Defect.DUPLICATE_ID for planted in press.planter.planted)
    assert press.planter.records == press.truth.rows + duplicates


def test_every_planted_row_is_the_line_that_differs_from_the_sound_file() -> None:
    press, data = pressed(0.03)
    sound = set(pressed(0.0)[1].split(b"\r\n"))
    lines = data.split(b"\r\n")
    different = {number for number, line in enumerate(lines) if line not in sound}
    planted = {item.row for item in press.planter.planted if item.defect is not Defect.DUPLICATE_ID}
    assert different == planted
    twice = [item.row for item in press.planter.planted if item.defect is Defect.DUPLICATE_ID]
    assert twice
    assert all(lines[row] == lines[row - 1] for row in twice)


def test_the_kinds_take_turns() -> None:
    press, _ = pressed(0.05, people=4_000)
    kinds = [item.defect for item in press.planter.planted]
    assert tuple(kinds[:19]) == defects_of(KASUMI)
    assert kinds[19] == kinds[0]


def test_only_a_second_head_is_reported_at_another_row() -> None:
    press, _ = pressed(0.05, people=4_000)
    elsewhere = {item.defect for item in press.planter.planted if item.found_at != item.row}
    assert elsewhere == {Defect.TWO_HEADS}
    assert all(item.found_at <= item.row for item in press.planter.planted)


def test_the_same_town_is_damaged_in_the_same_way() -> None:
    assert pressed(0.02)[1] == pressed(0.02)[1]


def test_the_truth_of_the_town_is_that_before_the_damage() -> None:
    damaged, sound = pressed(0.05)[0], pressed(0.0)[0]
    assert damaged.truth.as_dict() == sound.truth.as_dict()
    assert damaged.persons == 1_000
    assert damaged.blocks == sound.blocks != []


def test_nothing_is_due_in_an_empty_file() -> None:
    assert not Planter(KASUMI, 0.1).is_due()


@pytest.mark.parametrize("share", [-0.01, 0.11, 5.0])
def test_a_share_that_cannot_be_kept_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="割合"):
        Planter(KASUMI, share)
