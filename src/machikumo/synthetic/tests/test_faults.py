import pytest

from machikumo.synthetic.domain.faults import Fault, broken
from machikumo.synthetic.domain.planting import Press
from machikumo.synthetic.tests.scenes import town
from machikumo.synthetic.vendors import Vendor, exporter_of

EXPORTERS = {vendor: exporter_of(vendor) for vendor in Vendor}


def sound(vendor: Vendor) -> bytes:
    return b"".join(Press(EXPORTERS[vendor], 0.0).pieces(town()))


def data_of(vendor: Vendor, fault: Fault) -> bytes:
    return broken(fault, sound(vendor), EXPORTERS[vendor].layout).data


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("fault", list(Fault))
def test_a_broken_file_differs_from_the_sound_one_and_names_its_rule(vendor: Vendor, fault: Fault) -> None:
    found = broken(fault, sound(vendor), EXPORTERS[vendor].layout)
    assert found.data != sound(vendor)
    assert found.rule.startswith(("file.", "structure."))


@pytest.mark.parametrize("vendor", list(Vendor))
def test_nothing_or_only_the_header_is_left(vendor: Vendor) -> None:
    assert data_of(vendor, Fault.EMPTY) == b""
    assert data_of(vendor, Fault.HEADER_ONLY) == EXPORTERS[vendor].header()


@pytest.mark.parametrize("vendor", list(Vendor))
def test_another_header_has_the_same_words_in_another_order(vendor: Vendor) -> None:
    header = data_of(vendor, Fault.OTHER_HEADER).splitlines()[0]
    assert header != EXPORTERS[vendor].header().splitlines()[0]
    assert sorted(header.split(b",")) == sorted(EXPORTERS[vendor].header().splitlines()[0].split(b","))


def test_another_charset_is_that_of_the_other_vendor_and_utf_16_has_its_mark() -> None:
    assert data_of(Vendor.KASUMI, Fault.OTHER_CHARSET).decode("utf-8").startswith("宛名コード")
    assert data_of(Vendor.KASUMI, Fault.UTF16)[:2] == b"\xff\xfe"
    with pytest.raises(UnicodeDecodeError):
        data_of(Vendor.MINATO, Fault.OTHER_CHARSET).decode("utf-8")


@pytest.mark.parametrize("vendor", list(Vendor))
def test_a_torn_file_is_a_beginning_of_the_sound_one_that_ends_within_a_character(vendor: Vendor) -> None:
    torn = data_of(vendor, Fault.TORN)
    assert sound(vendor).startswith(torn)
    assert not torn.endswith(b"\n")
    with pytest.raises(UnicodeDecodeError):
        torn.decode(EXPORTERS[vendor].layout.physical.charset)


@pytest.mark.parametrize("vendor", list(Vendor))
def test_an_open_quote_leaves_an_odd_number_of_quotes(vendor: Vendor) -> None:
    assert sound(vendor).count(b'"') % 2 == 0
    assert data_of(vendor, Fault.OPEN_QUOTE).count(b'"') % 2 == 1
