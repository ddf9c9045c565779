"""Registries: where a higher room registers what a lower one will call, so that nothing imports upward."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import timedelta

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """Named items of one kind; a name is taken once."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, Item] = {}

    def register(self, key: str, item: Item) -> Item:
        """Add the item under its key; registering another item under a taken key raises ValueError."""
        taken = self._items.get(key)
        if taken is not None and taken != item:
            raise ValueError(f"{self.kind} '{key}' is registered twice")
        self._items[key] = item
        return item

    def get(self, key: str) -> Item:
        """The item of that key; KeyError names the kind and the known keys."""
        try:
            return self._items[key]
        except KeyError:
            raise KeyError(f"no {self.kind} '{key}'; known: {', '.join(sorted(self._items))}") from None

    def items(self) -> Iterator[tuple[str, Item]]:
        """All items in order of registration."""
        return iter(self._items.items())

    def __contains__(self, key: object) -> bool:
        return key in self._items


@dataclass(frozen=True, slots=True)
class Navigation:
    """One entry of a front door's navigation; ``area`` is resident, work, oversight or operator."""

    area: str
    section: str
    order: int
    title_ja: str
    title_en: str
    icon: str
    url_name: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that the worker does by itself in each active organisation.

    ``do(scope)`` runs in one transaction, with the permissions said here and no other, must do no harm when it runs
    twice, and gives how many things it dealt with; 0 leaves no ledger row. ``every`` of a day or more goes by the
    calendar.
    """

    title_ja: str
    title_en: str
    every: timedelta
    do: Callable[[Any], int]
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportPart:
    """How a room takes back what ``export_parts`` gave, in another installation; see operations.arriving.

    ``take(scope, arrival)`` runs in the transaction of the load, after the tables whose rows come along by themselves
    (``early``: before them), and gives how many things it took. ``tables`` are those that it fills itself.
    """

    take: Callable[[Any, Any], int]
    tables: frozenset[str] = frozenset()
    early: bool = False


@dataclass(frozen=True, slots=True)
class ClosedColumn:
    """A column that is closed with the organisation's key, and how it is opened and closed.

    Both take the scope and the row as a mapping of columns, as it stands in the database whose keys are used:
    ``opened(scope, row)`` gives the bytes in the clear, ``closed(scope, row, data)`` the columns to write.
    """

    opened: Callable[[Any, Any], bytes]
    closed: Callable[[Any, Any, bytes], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LooseReference:
    """A column without a key of the database that names rows of ``table`` by their id: a number, or a list of them.

    With ``keys`` it is a JSON document in which those keys, at any depth, hold such numbers or lists.
    """

    table: str
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FormerLog:
    """A log that came from another installation, for the pages of the ledger: where it is read, rows, and of when."""

    url: str
    size: int
    made_at: Any


class Listeners:
    """Calls in the same transaction, in order of registration, when an event of that name happens."""

    def __init__(self) -> None:
        self._by_event: defaultdict[str, list[Callable[..., None]]] = defaultdict(list)

    def register(self, event: str, listener: Callable[..., None]) -> None:
        """Call the listener with the scope and the event's facts as keywords."""
        if listener not in self._by_event[event]:
            self._by_event[event].append(listener)

    def tell(self, event: str, scope: Any, **facts: Any) -> None:
        """Call everyone who listens to the event."""
        for listener in self._by_event[event]:
            listener(scope, **facts)


class Gate:
    """Asked by an action before it writes; a keeper refuses by raising, and may take note of what goes through.

    ``deed`` names what is to be done ("register.correct"); keepers are called in order of registration, in the
    transaction of the action, as ``keeper(scope, deed)``.
    """

    def __init__(self) -> None:
        self._keepers: dict[str, Callable[[Any, str], None]] = {}

    def register(self, key: str, keeper: Callable[[Any, str], None]) -> None:
        """Add a keeper; the same key again takes the place of the former."""
        self._keepers[key] = keeper

    def ask(self, scope: Any, deed: str) -> None:
        """Raise what a keeper raises; return when all let the deed through."""
        for keeper in self._keepers.values():
            keeper(scope, deed)


class Watchers:
    """Each is a context manager ``watcher(scope, source)`` around one piece of a load, in its transaction."""

    def __init__(self) -> None:
        self._watchers: dict[str, Callable[[Any, str], AbstractContextManager[Any]]] = {}

    def register(self, key: str, watcher: Callable[[Any, str], AbstractContextManager[Any]]) -> None:
        """Add a watcher; the same key again takes the place of the former."""
        self._watchers[key] = watcher

    @contextmanager
    def around(self, scope: Any, source: str) -> Iterator[None]:
        """Within all watchers; ``source`` names the load ("move_in:12")."""
        with ExitStack() as stack:
            for watcher in self._watchers.values():
                stack.enter_context(watcher(scope, source))
            yield


navigation: Registry[Navigation] = Registry("navigation entry")
scope_sources: Registry[Any] = Registry("scope source")
periodic: Registry[Periodic] = Registry("periodic work")
load_targets: Registry[Any] = Registry("load target")
layout_sources: Registry[Any] = Registry("source of layouts")  # see layouts.own_layouts
mapping_sources: Registry[Any] = Registry("source of mappings")  # see layouts.own_layouts
# function(scope) giving lines of bytes; under a key that ends with "/" a folder: pairs of a name and its blocks
export_parts: Registry[Any] = Registry("export part")
import_parts: Registry[ImportPart] = Registry("import part")  # under the key of the export part
closed_columns: Registry[ClosedColumn] = Registry("closed column")  # under "table.column"
loose_references: Registry[LooseReference] = Registry("loose reference")  # under "table.column[:more]"
former_records: Registry[Any] = Registry("record of a former installation")  # function(scope, subject, limit)
former_logs: Registry[Any] = Registry("log of a former installation")  # function(scope) giving FormerLog
data_sets: Registry[Any] = Registry("data set")
kpis: Registry[Any] = Registry("KPI")
evidence: Registry[Any] = Registry("evidence")
tasks: Registry[Any] = Registry("task source")
searches: Registry[Any] = Registry("search source")
retention_rules: Registry[Any] = Registry("retention rule")
person_names: Registry[Any] = Registry("source of people's names")  # function(scope, tokens) giving names by token
refusals: Registry[Any] = Registry("words for a refusal")  # function(permissions, role) giving errors.Refusal
# by kind of tie, function(scope, tie) giving (Japanese, English, address) or raising NotFound: see questions.domain
question_subjects: Registry[Any] = Registry("subject of questions")
signature_blockers: Registry[Any] = Registry("signature blocker")  # see kernel.approvals.blockers
health: Registry[Any] = Registry("health check")
demo_parts: Registry[Any] = Registry("demo part")
resident_tiles: Registry[Any] = Registry("tile of the town's page")
listeners = Listeners()
write_gate = Gate()
load_watchers = Watchers()
