import pytest

from machikumo.synthetic.domain.defects import Defect, damaged, defects_of, is_fit, records_after_head
from machikumo.synthetic.domain.export import Exporter
from machikumo.synthetic.domain.rows import Row
from machikumo.synthetic.tests.scenes import town
from machikumo.synthetic.vendors import Vendor, exporter_of

EXPORTERS = {vendor: exporter_of(vendor) for vendor in Vendor}
CASES = [(vendor, defect) for vendor, exporter in EXPORTERS.items() for defect in defects_of(exporter)]


def fit_row() -> Row:
    return next(row for home in town() for row in home.rows if is_fit(row))


def text_of(exporter: Exporter, defect: Defect) -> str:
    return damaged(exporter, defect, fit_row()).lines[-1].decode(exporter.layout.physical.charset)


def test_only_era_layouts_show_era_mistakes_and_only_cp932_unmapped_gaiji() -> None:
    missing = set(Defect) - set(defects_of(EXPORTERS[Vendor.MINATO]))
    assert missing == {Defect.HEISEI_AFTER_ITS_END, Defect.SHOWA_AFTER_ITS_END, Defect.UNMAPPED_GAIJI}
    assert defects_of(EXPORTERS[Vendor.KASUMI]) == tuple(Defect)


@pytest.mark.parametrize(("vendor", "defect"), CASES)
def test_damage_changes_the_line_and_leaves_the_row_as_it_was(vendor: Vendor, defect: Defect) -> None:
    exporter, row = EXPORTERS[vendor], fit_row()
    before = dict(row)
    damage = damaged(exporter, defect, row)
    sound = exporter.line(exporter.values(row))
    assert row == before
    assert (damage.lines == (sound, sound)) if defect is Defect.DUPLICATE_ID else (damage.lines != (sound,))
    assert all(line.endswith(sound[-1:]) for line in damage.lines)


@pytest.mark.parametrize(("vendor", "defect"), CASES)
def test_the_named_item_is_one_of_the_vendors_columns_or_the_whole_row(vendor: Vendor, defect: Defect) -> None:
    exporter = EXPORTERS[vendor]
    damage = damaged(exporter, defect, fit_row())
    whole = damage.rule.startswith("structure.")
    assert (damage.item == "") if whole else (damage.item in exporter.keys)


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("defect", [Defect.WRONG_CHARSET, Defect.HALF_CHARACTER])
def test_bytes_of_another_charset_and_half_characters_cannot_be_decoded(vendor: Vendor, defect: Defect) -> None:
    with pytest.raises(UnicodeDecodeError):
        text_of(EXPORTERS[vendor], defect)


@pytest.mark.parametrize("vendor", list(Vendor))
def test_columns_are_lost_or_added(vendor: Vendor) -> None:
    exporter = EXPORTERS[vendor]
    columns = len(exporter.keys)
    assert text_of(exporter, Defect.TOO_FEW_COLUMNS).count(",") == columns - 3
    assert text_of(exporter, Defect.TOO_MANY_COLUMNS).count(",") == columns


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        (Defect.NUL_BYTE, "\0"),
        (Defect.HEISEI_AFTER_ITS_END, ",4310501,"),
        (Defect.SHOWA_AFTER_ITS_END, ",3640108,"),
        (Defect.DAY_ZERO, ",3500400,"),
        (Defect.OPEN_END, ",9991231,"),
        (Defect.NAME_TOO_LONG, "寿" * 101),
        (Defect.UNMAPPED_GAIJI, "\ue030"),
        (Defect.HALF_WIDTH_KANA, ",ﾔﾏﾀﾞ,"),
        (Defect.LOST_ZEROS, ",182079,0,"),
    ],
)
def test_kasumi_shows_the_damage_as_such_files_do(defect: Defect, words: str) -> None:
    assert words in text_of(EXPORTERS[Vendor.KASUMI], defect)


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        (Defect.DAY_ZERO, '"1975-04-00"'),
        (Defect.OPEN_END, '"9999-12-31"'),
        (Defect.NAME_TOO_LONG, "寿" * 61),
        (Defect.UNKNOWN_CODE, '"7"'),
        (Defect.TWO_HEADS, '"HEAD"'),
        (Defect.LOST_ZEROS, '"182079","0",'),
    ],
)
def test_minato_shows_the_damage_as_such_files_do(defect: Defect, words: str) -> None:
    assert words in text_of(EXPORTERS[Vendor.MINATO], defect)


def test_an_orphan_gets_a_household_that_nobody_else_has() -> None:
    exporter = EXPORTERS[Vendor.KASUMI]
    damage = damaged(exporter, Defect.ORPHAN_HOUSEHOLD, fit_row())
    number = damage.lines[0].split(b",")[1].decode()
    assert number.startswith("9")
    assert len(number) == 10
    assert number not in {home.number[-10:] for home in town()}


@pytest.mark.parametrize(
    "change",
    [
        {"is_latest": "0"},
        {"history_number": "2"},
        {"resident_state": "2"},
        {"resident_kind": "2"},
        {"relationship_1": "02"},
        {"event_date": ""},
        {"birth_date": ""},
    ],
)
def test_rows_whose_damage_would_show_elsewhere_too_are_not_fit(change: dict[str, str]) -> None:
    assert is_fit(fit_row())
    assert not is_fit(fit_row() | change)


def test_the_head_is_counted_back_from_the_damaged_row() -> None:
    for home in town():
        for row in filter(is_fit, home.rows):
            place = home.rows.index(row)
            head = home.rows[place - records_after_head(home.rows, row)]
            assert (head["relationship_1"], head["is_latest"], head["resident_state"]) == ("02", "1", "1")


def test_every_defect_has_its_maker() -> None:
    made = {damaged(EXPORTERS[Vendor.KASUMI], defect, fit_row()).rule for defect in Defect}
    assert len(made) >= 13
    assert all(rule.startswith(("structure.", "set.", "cell.")) for rule in made)
