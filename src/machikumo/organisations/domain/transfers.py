"""Personnel changes (人事異動): what each line of the file does, checked before anything is changed."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.kernel import wareki
from machikumo.organisations.domain.appointments import Holding, refuse_incompatible
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.domain.transfer_file import HEADER, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from machikumo.organisations.domain.roles import Catalogue


class Kind(enum.Enum):
    """What a line does; the value is the word in the file."""

    HIRE = "採用"
    TRANSFER = "異動"
    ADDITIONAL = "兼務"
    RELIEVE = "解除"
    LEAVE = "退職"
    STAND_IN = "代理"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell and what to do."""

    column: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody as of now: what they hold; ``is_active`` False for those who left."""

    employee_number: str
    name: str
    holdings: tuple[Holding, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Situation:
    """What the lines are checked against: people by number, sections by code, the kind of organisation, the roles."""

    people: Mapping[str, Present]
    sections: frozenset[str]
    kind: str
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Change:
    """A line that was understood."""

    number: int
    employee_number: str
    name: str
    kana: str
    kind: Kind
    role: str
    section: str
    starts_on: dt.date
    ends_on: dt.date | None
    counterpart: str
    remarks: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A line with what it does, or with its problems."""

    line: Line
    change: Change | None
    problems: tuple[Problem, ...] = field(default=())


def check(lines: Iterable[Line], situation: Situation) -> list[Checked]:
    """Every line with its change or its problems; later lines see what earlier ones did, so pairs are found."""
    holdings = {number: list(person.holdings) for number, person in situation.people.items()}
    hired: set[str] = set()
    checked = []
    for line in lines:
        change, problems = _understood(line, situation.catalogue)
        if change is not None:
            problems = [*_problems(change, situation, hired), *problems]
            problems += _pair_problems(change, situation.catalogue, holdings)
        if problems:
            change = None
        elif change is not None:
            _follow(change, holdings, hired)
        checked.append(Checked(line, change, tuple(problems)))
    return checked


def last_day_before(change: Change) -> dt.date:
    """The last day of what the change ends: the day itself when somebody leaves, else the day before."""
    return change.starts_on if change.kind is Kind.LEAVE else change.starts_on - dt.timedelta(days=1)


def ends(change: Change, holding: Holding) -> bool:
    """Whether the change ends the holding: a transfer or leaving all that is in force then, a relief that role."""
    last = last_day_before(change)
    in_force = holding.ends_on is None or holding.ends_on > last
    if change.kind in {Kind.TRANSFER, Kind.LEAVE}:
        return in_force and holding.starts_on <= last
    return change.kind is Kind.RELIEVE and holding.role == change.role and in_force and holding.starts_on <= last


def gives(change: Change) -> Holding | None:
    """The role that the change gives, if any."""
    if change.kind in {Kind.LEAVE, Kind.RELIEVE}:
        return None
    return Holding(change.role, change.starts_on, change.ends_on)


def _understood(line: Line, catalogue: Catalogue) -> tuple[Change | None, list[Problem]]:
    problems = []
    if "" in line.cells:
        problems.append(Problem("", "列の数が見出しと違います。", "The number of cells differs from the header."))
    if not line.cell("職員番号"):
        problems.append(Problem("職員番号", "職員番号を入れてください。", "Enter the employee number."))
    kind = next((kind for kind in Kind if kind.value == line.cell("異動区分")), None)
    if kind is None:
        words = "・".join(kind.value for kind in Kind)
        problems.append(Problem("異動区分", f"{words} のどれかにしてください。", f"Write one of {words}."))
    starts_on = _day(line, "発令日", problems)
    ends_on = _day(line, "終了日", problems) if line.cell("終了日") else None
    if starts_on and ends_on and ends_on < starts_on:
        problems.append(Problem("終了日", "発令日より前です。", "Before the day on which it begins."))
    if problems or kind is None or starts_on is None:
        return None, problems
    facts = {name: line.cell(column) for column, name in HEADER.items()}
    facts |= {"role": catalogue.key_of(line.cell("役割"))}
    facts |= {"number": line.number, "kind": kind, "starts_on": starts_on, "ends_on": ends_on}  # type: ignore[dict-item]
    return Change(**facts), []  # type: ignore[arg-type]


def _day(line: Line, column: str, problems: list[Problem]) -> dt.date | None:
    try:
        return wareki.parse_any(line.cell(column))
    except wareki.WarekiError:
        problems.append(
            Problem(
                column, f"「{line.cell(column)}」は日付として読めません（例: 2026-04-01）。", "Not a date (2026-04-01)."
            )
        )
        return None


def _problems(change: Change, situation: Situation, hired: set[str]) -> list[Problem]:
    """What does not fit the people, sections and roles that there are."""
    problems = []
    person = situation.people.get(change.employee_number)
    known = (person is not None and person.is_active) or change.employee_number in hired
    if change.kind is Kind.HIRE and (known or person is not None):
        problems.append(Problem("職員番号", "すでに登録されています。", "Already here."))
    if change.kind is Kind.HIRE and not change.name:
        problems.append(Problem("氏名", "採用では氏名が必要です。", "A new person needs a name."))
    if change.kind is not Kind.HIRE and not known:
        problems.append(Problem("職員番号", "この番号の職員はいません。", "Nobody has this number."))
    if person is not None and change.name and change.name != person.name:
        problems.append(
            Problem(
                "氏名",
                f"登録の氏名「{person.name}」と違います。番号の取り違えがないか確認してください。",
                "Not the name that is registered: is it the right number?",
            )
        )
    if change.section and change.section not in situation.sections:
        problems.append(Problem("所属コード", "この所属はありません。", "There is no such section."))
    return [*problems, *_role_problems(change, situation), *_counterpart_problems(change, situation)]


def _role_problems(change: Change, situation: Situation) -> list[Problem]:
    if change.kind is Kind.LEAVE:
        return []
    try:
        situation.catalogue.role_for(change.role, situation.kind)
    except OrganisationsError as error:
        return [Problem("役割", error.message_ja, error.message_en)]
    return []


def _counterpart_problems(change: Change, situation: Situation) -> list[Problem]:
    other = situation.people.get(change.counterpart)
    if change.kind is not Kind.STAND_IN:
        if change.counterpart and other is None:
            return [Problem("相手の職員番号", "引継ぎ先の職員がいません。", "Nobody to take over has this number.")]
        return []
    if change.ends_on is None:
        return [Problem("終了日", "代理には終了日が必要です。", "A stand-in needs a last day.")]
    wanted = Holding(change.role, change.starts_on, change.ends_on)
    covered = other is not None and any(held.role == change.role and held.meets(wanted) for held in other.holdings)
    if not covered:
        return [
            Problem(
                "相手の職員番号",
                "代理される人がその期間にこの役割を持っていません。",
                "The person stood in for does not hold this role then.",
            )
        ]
    return []


def _pair_problems(change: Change, catalogue: Catalogue, holdings: Mapping[str, list[Holding]]) -> list[Problem]:
    new = gives(change)
    if new is None or new.role not in catalogue.roles:
        return []
    try:
        refuse_incompatible(catalogue, _after(change, holdings.get(change.employee_number, [])), new)
    except OrganisationsError as error:
        return [Problem("役割", error.message_ja, error.message_en)]
    return []


def _after(change: Change, held: Iterable[Holding]) -> list[Holding]:
    """The holdings once the change has ended what it ends."""
    last = last_day_before(change)
    return [Holding(one.role, one.starts_on, last) if ends(change, one) else one for one in held]


def _follow(change: Change, holdings: dict[str, list[Holding]], hired: set[str]) -> None:
    new = gives(change)
    remaining = _after(change, holdings.get(change.employee_number, []))
    holdings[change.employee_number] = [*remaining, *([new] if new else [])]
    if change.kind is Kind.HIRE:
        hired.add(change.employee_number)


def is_hand_over_due(line: Mapping[str, Any], today: dt.date) -> bool:
    """Whether the open work of an applied line (as stored) has to change hands by that day and has not yet."""
    cells = line["cells"]
    if line.get("handed_over") or not cells.get("相手の職員番号") or cells.get("異動区分") == Kind.STAND_IN.value:
        return False
    return wareki.parse_any(cells["発令日"]) <= today
