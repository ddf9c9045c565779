from random import Random

import pytest

from machikumo.synthetic.domain.addresses import Addresses
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.domain.dates import IsoDays
from machikumo.synthetic.domain.households import CHILD, HEAD, HOUSEMATE, HUSBAND, WIFE, Member
from machikumo.synthetic.domain.names import FamilyName, GivenName, Names, NameTables, Written
from machikumo.synthetic.domain.naming import Namer, Remembered, Setting
from machikumo.synthetic.domain.workshop import Workshop
from machikumo.synthetic.tables import ground_of, name_tables
from machikumo.synthetic.tests.scenes import AS_OF

TODAY = AS_OF.toordinal()
BORN = TODAY - 30 * 365
ADDRESSES = Addresses(ground_of("182079"), Random(1))
HOME = ADDRESSES.draw(Dice(Random(1)), 0.0)
NOBODY = Setting(HOME, TODAY - 1_000, None)

COUPLE = [Member("1", BORN, HEAD), Member("2", BORN, WIFE)]
FAMILY = [*COUPLE, Member("1", BORN + 9_000, CHILD), Member("1", BORN + 9_000, CHILD)]


def namer(tables: NameTables | None = None, seed: int = 1) -> Namer:
    return Namer(Workshop(Dice(Random(seed)), Names(tables or name_tables()), ADDRESSES, IsoDays(), TODAY))


def one_name_each() -> NameTables:
    return NameTables(
        family=(FamilyName(Written("東", "アズマ"), 1, "common"),),
        given=(
            GivenName(Written("一郎", "イチロウ"), "1", 1900, 2100, 1),
            GivenName(Written("花", "ハナ"), "2", 1900, 2100, 1),
        ),
        foreign=(),
        common=(),
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_family_bears_one_name_and_stands_in_one_family_register(seed: int) -> None:
    identities = namer(seed=seed).japanese(FAMILY, NOBODY)
    assert len({identity.name.text.partition("　")[0] for identity in identities}) == 1
    assert len({identity.name for identity in identities}) == len(FAMILY)
    heads = {identity.items["register_head"] for identity in identities}
    assert heads == {identities[0].name.text}


def test_two_brothers_share_a_name_only_when_the_table_has_no_other() -> None:
    identities = namer(one_name_each()).japanese(FAMILY, NOBODY)
    assert [identity.name.text for identity in identities] == ["東　一郎", "東　花", "東　一郎", "東　一郎"]


def test_housemates_stand_in_registers_of_their_own() -> None:
    members = [Member("1", BORN, HEAD), Member("1", BORN, HOUSEMATE, 1), Member("2", BORN, HOUSEMATE, 2)]
    identities = namer().japanese(members, NOBODY)
    assert [identity.items["register_head"] for identity in identities] == [
        identity.name.text for identity in identities
    ]


def test_a_namesake_takes_the_whole_name_and_heads_a_register_of_that_name() -> None:
    remembered = Remembered(Written("東　京子", "アズマ　キョウコ"), "2", BORN)
    (identity,) = namer().same([Member("2", BORN, HEAD)], NOBODY._replace(remembered=remembered))
    assert identity.name == remembered.name
    assert identity.items["register_head"] == "東　京子"


def test_a_namesake_of_nobody_gets_a_name_as_everybody() -> None:
    (identity,) = namer().same([Member("2", BORN, HEAD)], NOBODY)
    assert "　" in identity.name.text


@pytest.mark.parametrize("relation", [WIFE, HUSBAND])
def test_in_a_mixed_couple_the_spouse_is_the_foreign_resident(relation: object) -> None:
    members = [Member("1", BORN, HEAD), Member("2", BORN, relation)]  # type: ignore[arg-type]
    head, spouse = namer().mixed(members, NOBODY)
    assert (head.kind, spouse.kind) == ("1", "2")
    assert spouse.items["nationality_code"]
    assert "nationality_code" not in head.items


def test_a_foreign_family_is_of_one_nation_and_the_child_came_with_its_birth() -> None:
    setting = NOBODY._replace(arrived=BORN + 8_000)
    identities = namer().foreign(FAMILY, setting)
    assert len({identity.items["nationality_code"] for identity in identities}) == 1
    since = [identity.items["foreign_resident_since"] for identity in identities]
    assert since[0] < since[2]
