"""kill -9 of a load at moments of chance: the town is empty or whole, and the next try ends as an undisturbed one."""

from __future__ import annotations

import random
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from machikumo.operations.tests.leaving_town import Left, lived_in
from machikumo.operations.tests.opening import SECRET
from machikumo.operations.tests.second import second_installation

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.operations.tests.second import Installation

KILLS, LONGEST = 3, 8.0  # seconds: a load of this town takes about as long, most of it to start the program
COUNTS = """
from machikumo.operations.queries import former_ledgers, is_empty
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation
from machikumo.organisations.registration import command_scope
from machikumo.register.models import Person, PersonVersion
town = Organisation.objects.filter(code=facts["code"]).first()
found = None
if town is not None:
    scope = command_scope(town)
    with entered(scope):
        kinds = (Person, PersonVersion, NumberRecord)
        found = [is_empty(scope), town.is_active, former_ledgers(scope).count()]
        found += [kind.objects.within(scope).count() for kind in kinds]
print(json.dumps(found))
"""
NOTHING = (None, [True, False, 0, 0, 0, 0])


def killed_load(here: Installation, left: Left, key: Path, seconds: float) -> bool:
    """Whether the load was still at work when it was killed."""
    load = here.begin("operations", "load", str(left.file), "--key", str(key))
    try:
        load.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        load.send_signal(signal.SIGKILL)
        load.communicate()
        return True
    return False


@pytest.fixture
def left(database: str, tmp_path: Path) -> Left:
    assert database
    return lived_in(tmp_path, papers=False)


def test_a_load_that_is_killed_leaves_an_empty_town_or_a_whole_one(left: Left, tmp_path: Path) -> None:
    key = tmp_path / "key.age"
    key.write_text(SECRET, encoding="ascii")
    dice = random.Random(11)
    people = len(left.home.people)
    whole = [False, True, 1, people, people + 2, 2 * people]
    with second_installation() as here:
        for _ in range(KILLS):
            if not killed_load(here, left, key, dice.uniform(1.0, LONGEST)):
                break
            found = here.ask(COUNTS, code=left.code)
            assert found in (*NOTHING, whole)
            if found == whole:
                break
        code, said = here.run("operations", "load", str(left.file), "--key", str(key))
        assert code == 0 or "すでにデータがあります" in said
        assert here.ask(COUNTS, code=left.code) == whole
        files = here.var / "files" / left.code
        assert not list(files.glob("*.part"))
        assert len(list(files.iterdir())) == 2
