# ruff: noqa: S314 - the drawings are our own
from xml.etree import ElementTree as ET

import pytest

from machikumo.kernel.ui.icons import PATHS, icon


@pytest.mark.parametrize("name", PATHS)
def test_every_icon_is_well_formed_and_silent(name: str) -> None:
    drawing = ET.fromstring(icon(name))
    assert drawing.get("aria-hidden") == "true"
    assert drawing.get("viewBox") == "0 0 24 24"
    assert len(drawing) >= 1


def test_there_are_enough_icons_and_each_is_another() -> None:
    assert len(PATHS) >= 40
    assert len(set(PATHS.values())) == len(PATHS)


def test_an_unknown_icon_is_named_in_the_error() -> None:
    with pytest.raises(KeyError, match="unicorn"):
        icon("unicorn")
