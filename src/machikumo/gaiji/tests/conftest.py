"""A set of user-defined characters in a fresh town, compared with a small font of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.gaiji import actions, jobs
from machikumo.gaiji.figures import figure_font
from machikumo.gaiji.queries import set_of
from machikumo.gaiji.tests.making import figure_font_file, gaiji_bytes
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.gaiji.figures import FigureFont
    from machikumo.gaiji.models import GaijiSet
    from machikumo.kernel.scope import Scope

# U+E000 to U+E003: two known figures, one that is in no font, and an empty one
NUMBERS = (4, 9, 1_005)
PEOPLE = "宛名番号,氏名\r\n1,\ue001　太郎\r\n2,\ue001　花\r\n3,\ue000　次郎\r\n3,\ue700\r\n".encode("cp932")


class Told:
    """A run that remembers what it was told."""

    token = "job:1"

    def __init__(self) -> None:
        self.steps: list[tuple[int, int, str]] = []

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:
        assert note_en != note_ja
        self.steps.append((done, total, note_ja))

    def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:
        raise AssertionError((message_ja, message_en, level))


@pytest.fixture(scope="session")
def small_font(tmp_path_factory: pytest.TempPathFactory) -> FigureFont:
    folder = tmp_path_factory.mktemp("gaiji")
    return figure_font(figure_font_file(folder / "small.ttf"), cache_folder=folder)


@pytest.fixture(autouse=True)
def _no_font_of_the_machine(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The pages and the job see the small font, on a machine with IPAmj Mincho as on one without."""
    if "database" in request.fixturenames:
        font: FigureFont = request.getfixturevalue("small_font")
        monkeypatch.setattr(jobs, "figure_font", lambda **_: font)
        monkeypatch.setattr("machikumo.gaiji.views.figures.ipamj", lambda: font.coverage)


@pytest.fixture
def bring(scope: Scope) -> Callable[..., GaijiSet]:
    """Brings a font: ``bring(key="kasumi", data=b"…")``; nothing is compared yet."""

    def make(scope: Scope = scope, *, key: str = "kasumi", data: bytes = PEOPLE, font: bytes = b"") -> GaijiSet:
        stored = store_file(scope, name="people.csv", chunks=[data], purpose="gaiji_use") if data else None
        return actions.receive(
            scope,
            key=key,
            system="霞システム",
            font_name="EUDC.TTE",
            font=font or gaiji_bytes(*NUMBERS),
            data=stored,
            key_column="宛名番号" if data else "",
        )

    return make


@pytest.fixture
def compared(scope: Scope, bring: Callable[..., GaijiSet]) -> GaijiSet:
    """A set whose use is counted and whose figures are compared."""
    one = bring()
    jobs.identify(scope, Told(), one.pk)
    with entered(scope):
        return set_of(scope, one.pk)
