"""The typed form of a layout: what a definition file says, resolved and checked. See data/layouts/README.md."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from machikumo.layouts.domain.conditions import Condition
    from machikumo.layouts.domain.fixed.form import FieldForm, FixedForm


# Any text that can be printed, with newlines and tabs; no user-defined characters, which nobody can read elsewhere.
PRINTABLE = "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ue000-\uf8ff\U000f0000-\U0010ffff]"


class ItemType(StrEnum):
    """Data types of the 基本データリスト, and three of our own (BOOL, WAREKI, TEXT: full and half width mixed)."""

    HALF = "X"
    FULL = "N"
    INTEGER = "9"
    SIGNED = "S9"
    DECIMAL = "9V"
    YEAR = "YEAR"
    DATE = "DATE"
    TIME = "TIME"
    BOOLEAN = "BOOL"
    WAREKI = "WAREKI"
    TEXT = "TEXT"
    PICTURE = "BLOB"


class Requirement(StrEnum):
    """データ出力条件: whether a value must be there."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


class Severity(StrEnum):
    """How bad an issue is: an error holds its row back, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Sensitivity(StrEnum):
    """What a report may show of a value: all of it, its shape, or nothing."""

    PLAIN = "plain"
    PERSONAL = "personal"
    VAULT = "vault"


class SetRuleKind(StrEnum):
    """Rules over several rows."""

    UNIQUE = "unique"
    HOUSEHOLD_HEAD = "household_head"
    HISTORY_CHAIN = "history_chain"
    ONE_LATEST = "one_latest"
    NOT_BEFORE = "not_before"
    CROSS_FIELD = "cross_field"
    COMPARE = "compare"
    UNCERTAIN = "uncertain"
    PERIODS = "periods"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a definition comes from, which edition, and whether it was read in a source."""

    text: str
    edition: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CodeValue:
    """One code with its meaning."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Era:
    """An era (元号) with its code in files; first and last day are inclusive."""

    code: str
    name: str
    letter: str
    first_year: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Validity:
    """When a code was in force: first and last day, inclusive; None where it has no end."""

    code: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list; ``eras`` is filled when the list is one of era codes; an ``open`` list names no codes to check.

    ``history`` has the codes that were not always in force; the others hold for ever.
    """

    key: str
    name: str
    name_en: str
    source: Source
    values: tuple[CodeValue, ...]
    eras: tuple[Era, ...] = ()
    # not in the text from which a layout's digest is made, see ``told``
    open: bool = field(default=False, repr=False)
    history: tuple[Validity, ...] = field(default=(), repr=False)

    @property
    def codes(self) -> frozenset[str]:
        """The codes alone."""
        return frozenset(value.code for value in self.values)

    @property
    def told(self) -> str:
        """What a layout's digest is made of; a list without a history has the text that it always had."""
        return f"{self} {self.history}" if self.history else str(self)

    def name_of(self, code: str) -> str:
        """Return the Japanese name of a code, or the empty text."""
        return next((value.name for value in self.values if value.code == code), "")


@dataclass(frozen=True, slots=True)
class Item:
    """One column. ``length`` counts characters without variation selectors; ``fraction`` is for 9V only.

    A conditional item without ``condition`` has its condition only in words (``condition_text``): nothing checks it.
    ``codes_on`` is the date item that decides which codes were in force. ``sentinels`` are values that stand for none.
    """

    id: str
    key: str
    name: str
    romaji: str
    group: str
    type: ItemType
    length: int
    requirement: Requirement
    confirmed: bool
    fraction: int = 0
    condition: Condition | None = None
    code_list: CodeList | None = None
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    check_digit: str = ""
    open_end: bool = False
    selectors: bool = True
    primary_key: bool = False
    sensitivity: Sensitivity = Sensitivity.PLAIN
    severity: Severity = Severity.ERROR
    condition_text: str = ""
    place: FieldForm | None = None  # in files of fixed-length records
    codes_on: str = ""
    sentinels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Physical:
    """How the bytes of a file lie. The reader takes it as said and never guesses."""

    charset: str
    newline: str
    bom: bool = False
    delimiter: str = ","
    quote_all: bool = False
    header: str = "key"
    empty: str = ""
    date_form: str = "iso"
    eras: tuple[Era, ...] = ()
    true_value: str = "1"
    false_value: str = "0"
    user_area: bool = False
    max_quoted_lines: int = 50
    file_name: str = ""
    fixed: FixedForm | None = None
    part_header: str = "first"


@dataclass(frozen=True, slots=True)
class SetRule:
    """A rule over several items or rows.

    ``roles`` gives item keys by role, ``values`` the code values (and other texts) by role, ``conditions`` expressions
    by role.
    """

    kind: SetRuleKind
    items: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    quarantine: bool = False
    conditions: Mapping[str, Condition] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """The items that it looks at."""
        asked = (condition.keys() for condition in self.conditions.values())
        return frozenset({*self.items, *self.roles.values()}).union(*asked)


@dataclass(frozen=True)
class Layout:
    """A whole layout. ``digest`` is the SHA-256 of its canonical form with the code lists that it uses."""

    key: str
    version: str
    name: str
    name_en: str
    group: str
    publisher: str
    source: Source
    physical: Physical
    items: tuple[Item, ...]
    set_rules: tuple[SetRule, ...]
    digest: str

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Item keys in column order."""
        return tuple(item.key for item in self.items)

    @cached_property
    def index(self) -> dict[str, int]:
        """Column number (from 0) of every item key."""
        return {key: number for number, key in enumerate(self.keys)}

    @cached_property
    def by_key(self) -> dict[str, Item]:
        """Items by key."""
        return {item.key: item for item in self.items}

    @cached_property
    def primary_key(self) -> tuple[str, ...]:
        """Keys of the items that identify a row."""
        return tuple(item.key for item in self.items if item.primary_key)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The words of the header line, or nothing when the file has none."""
        kind = self.physical.header
        return () if kind == "none" else tuple(getattr(item, kind) for item in self.items)

    def subset(self, keys: tuple[str, ...]) -> Layout:
        """Return the layout with only some of its columns, as a file that leaves the others out.

        Rules and conditions that name a column which is left out are left out too.
        """
        kept = set(keys)
        wanted = [_freed(self.by_key[key], kept) for key in keys]
        rules = tuple(rule for rule in self.set_rules if rule.keys <= kept)
        return Layout(
            key=f"{self.key}-part", version=self.version, name=self.name, name_en=self.name_en, group=self.group,
            publisher=self.publisher, source=self.source, physical=self.physical, items=tuple(wanted),
            set_rules=rules, digest=f"{self.digest}:{','.join(keys)}",
        )  # fmt: skip


def _freed(item: Item, kept: set[str]) -> Item:
    """Return an item, optional when its condition looks at a column that is not there; so with the day of its codes."""
    if item.codes_on and item.codes_on not in kept:
        item = replace(item, codes_on="")
    if item.condition is None or item.condition.keys() <= kept:
        return item
    return replace(item, condition=None, requirement=Requirement.OPTIONAL)
