"""What happened in a soak, and whether it was right: no clock, no network, no database."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from machikumo.certificates.domain.comparison import plain
from machikumo.certificates.domain.dates import read_back
from machikumo.certificates.domain.states import ISSUED, OPEN, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NUMBER = re.compile(r"発行番号(\d{4}-\d{6})")
_PERSON = re.compile(r"フリガナ.*?生年月日(.*?)氏名(.*?)性別")

People = tuple[tuple[str, str], ...]  # name as written and ISO day of birth, in the order of the paper


@dataclass(frozen=True, slots=True)
class Wish:
    """One paper that somebody wants: of these people, in that town. Its keys are ``<key>:1``, ``<key>:2`` …"""

    key: str
    town: str
    people: People

    def owns(self, idempotency_key: str) -> bool:
        """Whether a request came from this wish."""
        return idempotency_key.partition(":")[0] == self.key


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a client got it: the request that it asked for, and what the PDF itself says."""

    wish: str
    request: str
    number: str
    people: People


@dataclass(frozen=True, slots=True)
class Row:
    """One request as the database has it at the end."""

    request: str
    town: str
    key: str
    state: str
    number: str
    releases: int


@dataclass(slots=True)
class Findings:
    """What went wrong; all empty when nothing did."""

    wrong: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.wrong or self.double or self.lost)


def read_paper(pages: Sequence[str]) -> tuple[str, People]:
    """Number and people that a certificate in the household layout shows, read from the text of its pages."""
    numbers, people = set(), []
    for page in map(plain, pages):
        numbers |= set(_NUMBER.findall(page)) or {""}
        people += [(name, read_back(birth)) for birth, name in _PERSON.findall(page)]
    return (numbers.pop() if len(numbers) == 1 else "", tuple(people))


def judge(wishes: Iterable[Wish], papers: Iterable[Paper], rows: Iterable[Row]) -> Findings:
    """Every paper against its wish, every wish against its papers, every request against both."""
    known = {wish.key: wish for wish in wishes}
    papers, rows = list(papers), list(rows)
    findings = Findings()
    by_request = {row.request: row for row in rows}
    findings.wrong += [fault for paper in papers for fault in _wrong(paper, known, by_request)]
    findings.double += _double(rows)
    findings.lost += _lost(known, papers, rows)
    return findings


def _wrong(paper: Paper, wishes: dict[str, Wish], rows: dict[str, Row]) -> Iterator[str]:
    wish, row = wishes[paper.wish], rows.get(paper.request)
    if row is None or not wish.owns(row.key) or row.town != wish.town:
        yield f"{paper.number}: the paper of another request"
        return
    if paper.people != tuple((plain(name), birth) for name, birth in wish.people):
        yield f"{paper.number}: shows other people than were asked for"
    if paper.number != row.number or State(row.state) not in ISSUED:
        yield f"{paper.number}: the database has {row.number} {row.state}"


def _double(rows: list[Row]) -> Iterator[str]:
    released: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.releases > 1:
            yield f"{row.number}: released {row.releases} times"
        if State(row.state) in ISSUED:
            released[row.town, row.key.partition(":")[0]].append(row)
    for (_town, key), several in released.items():
        if len(several) > 1:
            yield f"wish {key}: {len(several)} papers released"
    numbers = Counter((row.town, row.number) for row in rows if row.number)
    keys = Counter((row.town, row.key) for row in rows)
    yield from (f"number {number} twice in {town}" for (town, number), count in numbers.items() if count > 1)
    yield from (f"key {key} twice in {town}" for (town, key), count in keys.items() if count > 1)


def _lost(wishes: dict[str, Wish], papers: list[Paper], rows: list[Row]) -> Iterator[str]:
    got = {paper.wish for paper in papers}
    held = {paper.request for paper in papers}
    yield from (f"wish {key}: no paper" for key in wishes if key not in got)
    for row in rows:
        if State(row.state) in OPEN:
            yield f"request {row.request}: still {row.state}"
        if State(row.state) in ISSUED and row.request not in held:
            yield f"request {row.request}: released, but nobody got it"
