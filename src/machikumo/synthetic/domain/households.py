"""Who lives together: singles, couples, families, three generations, siblings, housemates."""

from collections.abc import Callable
from typing import Final, NamedTuple

from machikumo.synthetic.domain.ages import OLDEST
from machikumo.synthetic.domain.chance import Dice, Weighted, weighted
from machikumo.synthetic.domain.dates import DAYS_OF_A_YEAR, years_before
from machikumo.synthetic.domain.rows import FEMALE, MALE


class Relation(NamedTuple):
    """Relationship to the head: up to two codes and the wording (続柄)."""

    code: str
    second: str
    text: str


HEAD: Final = Relation("02", "", "世帯主")
HUSBAND: Final = Relation("11", "", "夫")
WIFE: Final = Relation("12", "", "妻")
UNREGISTERED_WIFE: Final = Relation("12", "", "妻（未届）")
CHILD: Final = Relation("20", "", "子")
FATHER: Final = Relation("31", "", "父")
MOTHER: Final = Relation("32", "", "母")
HOUSEMATE: Final = Relation("99", "", "同居人")
_SIBLINGS: Final = {
    (MALE, True): Relation("41", "", "兄"),
    (FEMALE, True): Relation("42", "", "姉"),
    (MALE, False): Relation("43", "", "弟"),
    (FEMALE, False): Relation("44", "", "妹"),
}


class Member(NamedTuple):
    """A person of a household: sex, birth day as an ordinal, relationship; `line` 0 bears the head's family name.

    A NamedTuple, because a million of them are made and a frozen dataclass takes four times as long.
    """

    sex: str
    birth: int
    relation: Relation
    line: int = 0


Members = list[Member]


class Composer:
    """Makes the members of households as of one day, the head first."""

    __slots__ = ("_dice", "_today")

    def __init__(self, dice: Dice, today: int) -> None:
        self._dice = dice
        self._today = today

    def around(self, age: int, sex: str) -> Members:
        """Return a household that a person of this age and sex lives in."""
        if age < 18:  # noqa: PLR2004 - the age of majority
            return self.family(age, sex)
        share = self._dice.random()
        make = next(make for limit, make in _KINDS[min(age // 10, 9)] if share < limit)
        return make(self, age, sex)

    def single(self, age: int, sex: str) -> Members:
        """Return one person alone."""
        return [Member(sex, self.birth(age), HEAD)]

    def couple(self, age: int, sex: str) -> Members:
        """Return a couple without children, one of whom has this age and sex."""
        husband = age if sex == MALE else max(age + self._dice.between(-3, 6), 18)
        wife = age if sex == FEMALE else max(age - self._dice.between(-3, 6), 18)
        return self._married(husband, wife)

    def family(self, age: int, sex: str, *, twins: bool = False) -> Members:
        """Return parents (or one of them, or with grandparents) with their children, one of this age and sex."""
        dice = self._dice
        children = self._children(age, sex, twins=twins)
        oldest = (self._today - min(child.birth for child in children)) / DAYS_OF_A_YEAR
        mother = int(oldest) + dice.between(22, 37)
        if dice.chance(0.12):
            parent = FEMALE if dice.chance(0.85) else MALE
            return [Member(parent, self.birth(mother), HEAD), *children]
        members = self._married(mother + dice.between(-2, 5), mother) + children
        return members + self._elders(members[0]) if dice.chance(0.1) else members

    def grown_child(self, age: int, sex: str) -> Members:
        """Return a grown child of this age who lives with the parents; the head is a parent or, later, the child."""
        mother = age + self._dice.between(22, 34)
        father = mother + self._dice.between(-2, 5)
        child = Member(sex, self.birth(age), CHILD)
        if mother < 72:  # noqa: PLR2004 - until about then the parents keep the headship
            return [*self._married(father, mother), child]
        parents = [Member(FEMALE, self.birth(mother), MOTHER)]
        if self._dice.chance(0.55):
            parents.insert(0, Member(MALE, self.birth(father), FATHER))
        return [child._replace(relation=HEAD), *parents]

    def parent_of_grown_child(self, age: int, sex: str) -> Members:
        """Return an elder of this age and sex with a grown child."""
        child = max(age - self._dice.between(23, 36), 18)
        relation = FATHER if sex == MALE else MOTHER
        head = MALE if self._dice.chance(0.7) else FEMALE
        return [Member(head, self.birth(child), HEAD), Member(sex, self.birth(age), relation)]

    def siblings(self, age: int, sex: str) -> Members:
        """Return two or three siblings who live together, the head of this age and sex."""
        dice = self._dice
        members = [Member(sex, self.birth(age), HEAD)]
        for _ in range(dice.between(1, 2)):
            other = MALE if dice.chance(0.5) else FEMALE
            birth = self.birth(max(age + dice.one_of((-5, -3, -2, 2, 3, 5)), 16))
            members.append(Member(other, birth, _SIBLINGS[other, birth < members[0].birth]))
        return members

    def housemates(self, age: int, sex: str) -> Members:
        """Return unrelated people in one household, each with a family name of their own."""
        members = [Member(sex, self.birth(age), HEAD)]
        for line in range(1, self._dice.between(1, 3) + 1):
            birth = self.birth(max(age + self._dice.between(-6, 6), 18))
            members.append(Member(MALE if self._dice.chance(0.5) else FEMALE, birth, HOUSEMATE, line))
        return members

    def birth(self, age: int) -> int:
        """Return a birth day of somebody who is of this age today."""
        return years_before(self._today, min(age, OLDEST)) - int(self._dice.random() * 365)

    def _married(self, husband: int, wife: int) -> Members:
        head = Member(MALE, self.birth(husband), HEAD)
        spouse = Member(FEMALE, self.birth(wife), WIFE)
        if self._dice.chance(0.06):
            return [spouse._replace(relation=HEAD), head._replace(relation=HUSBAND)]
        return [head, spouse]

    def _children(self, age: int, sex: str, *, twins: bool) -> Members:
        dice = self._dice
        children = [Member(sex, self.birth(age), CHILD)]
        if twins:
            children.append(Member(MALE if dice.chance(0.5) else FEMALE, children[0].birth, CHILD))
        younger = older = age
        for _ in range(_MORE_CHILDREN.pick(dice)):
            older += dice.between(2, 4)
            younger -= dice.between(2, 4)
            other = younger if younger >= 0 and dice.chance(0.5) else older
            children.append(Member(MALE if dice.chance(0.51) else FEMALE, self.birth(other), CHILD))
        return sorted(children, key=_birth_of)

    def _elders(self, head: Member) -> Members:
        age = int((self._today - head.birth) / DAYS_OF_A_YEAR) + self._dice.between(22, 32)
        mother = Member(FEMALE, self.birth(age), MOTHER)
        if self._dice.chance(0.5):
            return [mother]
        return [Member(MALE, self.birth(age + self._dice.between(-1, 5)), FATHER), mother]


def _birth_of(member: Member) -> int:
    return member.birth


_MORE_CHILDREN: Final[Weighted[int]] = weighted(((0, 0.3), (1, 0.48), (2, 0.19), (3, 0.03)))

_Kind = tuple[float, Callable[[Composer, int, str], Members]]
_YOUNG: Final[tuple[_Kind, ...]] = ((0.5, Composer.single), (0.6, Composer.couple), (1.0, Composer.grown_child))
_MIDDLE: Final[tuple[_Kind, ...]] = ((0.42, Composer.single), (0.85, Composer.couple), (1.0, Composer.grown_child))
_ELDER: Final[tuple[_Kind, ...]] = (
    (0.42, Composer.single),
    (0.88, Composer.couple),
    (1.0, Composer.parent_of_grown_child),
)
# Limits of a draw in [0, 1) by the decade of the age; the shares are ours, the pyramid is held by Balance.
_KINDS: Final = (*(_YOUNG,) * 3, *(_MIDDLE,) * 3, *(_ELDER,) * 4)
