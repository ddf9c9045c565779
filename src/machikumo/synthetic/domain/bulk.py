"""Very large files: a block of people made once and written many times, each time under other numbers and names.

Every person of the file has an addressee number, individual number and record code of their own; family names
rotate among ten of about the same frequency, so that a full name with its birth day comes back only every tenth
block. For benchmarks; a rehearsal's town is made by `planting.Press`.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from machikumo.synthetic.domain.defects import is_fit, records_after_head
from machikumo.synthetic.domain.planting import Planter
from machikumo.synthetic.domain.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from machikumo.synthetic.domain.drafts import ProtectionBlock
    from machikumo.synthetic.domain.export import Exporter
    from machikumo.synthetic.domain.names import Written
    from machikumo.synthetic.domain.population import Household, Town
    from machikumo.synthetic.domain.rows import Row

_ROTATION: Final = 10
# One household in five may be damaged: the rows of all would fill the memory.
_CANDIDATE_BEAT: Final = 5
LARGEST_BLOCK: Final = 25_000
_SMALLEST_BLOCK: Final = 1_000
# Control characters hold the places of what changes: no standard value contains one.
_SLOTS: Final = ("\x01", "\x02", "\x03", "\x04", "\x05", "\x06")
_ADDRESSEE, _HOUSEHOLD, _INDIVIDUAL, _RECORD, _NAME, _KANA = _SLOTS
_SLOT: Final = re.compile(rb"[\x01-\x06]")

Slots = tuple[bytes, bytes, bytes, bytes, bytes, bytes]


class Stencil(NamedTuple):
    """A row with holes: the line as a format, which slots it takes, whose it is, the place of its family name."""

    form: bytes
    pick: Callable[[Slots], tuple[bytes, ...]]
    person: int
    household: int
    family: int


class Candidate(NamedTuple):
    """A row of the block that may be damaged, with its person and household; it stands `after_head` records."""

    row: Row
    person: int
    household: int
    after_head: int


def block_size(people: int, largest: int = LARGEST_BLOCK) -> int:
    """Return how many people the block has that is written again and again: the largest possible number.

    Raises:
        ValueError: no number from 1,000 to `largest` divides `people`.
    """
    for size in range(min(people, largest), _SMALLEST_BLOCK - 1, -1):
        if people % size == 0:
            return size
    raise ValueError("一括作成の人数は1,000の倍数で指定してください。")


class BulkPress:
    """Writes a town of very many people; same attributes as `Press` when it is done, blocks of the first block only."""

    __slots__ = (
        *("_candidates", "_exporter", "_families", "_kana", "_names", "_of_text", "_town"),
        *("blocks", "persons", "planter", "truth"),
    )

    def __init__(self, exporter: Exporter, share: float, town: Town, families: Sequence[Written]) -> None:
        self._exporter = exporter
        self._town = town
        self._families = families
        self._of_text: dict[str, list[tuple[int, Written]]] = {}
        for place, family in enumerate(families):
            self._of_text.setdefault(family.text, []).append((place, family))
        self._names = [exporter.encode(family.text) for family in families]
        self._kana = [exporter.encode(exporter.value("name_kana", family.kana)) for family in families]
        self._candidates: dict[int, Candidate] = {}
        self.persons = 0
        self.planter = Planter(exporter, share)
        self.truth = Truth()
        self.blocks: list[ProtectionBlock] = []

    def pieces(self, people: int, largest: int = LARGEST_BLOCK) -> Iterator[bytes]:
        """Yield the bytes of the file in pieces of one block of at most `largest` people, the header first.

        Raises:
            ValueError: no block size divides `people`.
        """
        size = block_size(people, largest)
        stencils = self._stencils(size)
        yield self._exporter.header()
        households = self.truth.households
        for block in range(people // size):
            piece = b"".join(self._lines(stencils, block, block * size, block * households))
            self.persons += size
            yield piece
        self.truth.multiply(people // size)

    def _stencils(self, size: int) -> list[Stencil]:
        stencils: list[Stencil] = []
        person = -1
        for number, household in enumerate(self._town.households(size)):
            self.truth.add(household)
            self.blocks += household.blocks
            person = self._cut(stencils, household, number, person)
        return stencils

    def _cut(self, stencils: list[Stencil], household: Household, number: int, person: int) -> int:
        has_candidate = number % _CANDIDATE_BEAT != 0
        for row in household.rows:
            person += row["history_number"] == "1"
            if not has_candidate and is_fit(row):
                self._candidates[len(stencils)] = Candidate(
                    row, person, number, records_after_head(household.rows, row)
                )
                has_candidate = True
            stencils.append(self._stencil(row, person, number))
        return person

    def _stencil(self, row: Row, person: int, household: int) -> Stencil:
        family = self._family(row)
        form = self._exporter.line(self._exporter.values(row | _holes(row, is_rotating=family >= 0)))
        order = [slot[0] - 1 for slot in _SLOT.findall(form)]
        form = _SLOT.sub(b"%b", form.replace(b"%", b"%%"))
        return Stencil(form, itemgetter(*order), person, household, family)

    def _family(self, row: Row) -> int:
        for place, family in self._of_text.get(row["name"].partition("　")[0], ()):
            if row["name_kana"].startswith(f"{family.kana}　"):
                return place
        return -1

    def _lines(self, stencils: list[Stencil], block: int, first_person: int, first_household: int) -> Iterator[bytes]:
        numbers, encode, planter = self._town.numbers, str.encode, self.planter
        names, kana = self._rotated(self._names, block), self._rotated(self._kana, block)
        value = self._exporter.value
        last_person = last_household = -1
        addressee = household = individual = record = b""
        for place, stencil in enumerate(stencils):
            form, pick, person, home, family = stencil
            if home != last_household:
                last_household = home
                household = encode(value("household_number", numbers.household(first_household + home)))
            if person != last_person:
                last_person = person
                addressee = encode(value("addressee_number", numbers.addressee(first_person + person)))
                individual = encode(numbers.individual(first_person + person))
                record = encode(numbers.record_code(first_person + person))
            if place in self._candidates and planter.is_due():
                row = self._renumbered(place, block, first_person, first_household)
                yield planter.damage(row, self._candidates[place].after_head)
                continue
            planter.records += 1
            yield form % pick((addressee, household, individual, record, names[family], kana[family]))

    def _rotated(self, parts: list[bytes], block: int) -> list[bytes]:
        return [parts[self._successor(place, block)] for place in range(len(parts))]

    def _successor(self, place: int, block: int) -> int:
        first = place - place % _ROTATION
        length = min(_ROTATION, len(self._families) - first)
        return first + (place - first + block) % length

    def _renumbered(self, place: int, block: int, first_person: int, first_household: int) -> Row:
        row, person, household, _ = self._candidates[place]
        numbers = self._town.numbers
        changed = row | {
            "addressee_number": numbers.addressee(first_person + person),
            "household_number": numbers.household(first_household + household),
            "individual_number": numbers.individual(first_person + person),
            "resident_record_code": numbers.record_code(first_person + person),
        }
        family = self._family(row)
        if family >= 0:
            written = self._families[self._successor(family, block)]
            changed |= {item: text.replace(_NAME, written.text) for item, text in _names_with_holes(row).items()}
            changed["name_kana"] = changed["name_kana"].replace(_KANA, written.kana)
        return changed


def _holes(row: Row, *, is_rotating: bool) -> Row:
    holes = {
        "addressee_number": _ADDRESSEE,
        "household_number": _HOUSEHOLD,
        "individual_number": _INDIVIDUAL,
        "resident_record_code": _RECORD,
    }
    return holes | _names_with_holes(row) if is_rotating else holes


def _names_with_holes(row: Row) -> Row:
    family, _, given = row["name"].partition("　")
    head, _, head_given = row["register_head"].partition("　")
    return {
        "name": f"{_NAME}　{given}",
        "name_kana": f"{_KANA}　{row['name_kana'].partition('　')[2]}",
        # The 筆頭者 of another family (a 旧氏, a mixed household) keeps that name.
        "register_head": f"{_NAME}　{head_given}" if head == family else row["register_head"],
    }
