"""The kinds of long work, and the handle that a running job holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.registries import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

    Work = Callable[..., dict[str, Any] | None]


class JobPaused(MachikumoError):
    """Somebody asked the run to pause: the work stops at a point from which it can go on."""

    status = 409

    def __init__(self) -> None:
        super().__init__("一時停止しました。", "Paused.")


class Run(Protocol):
    """What a job may do with its own run."""

    @property
    def token(self) -> str:
        """The run's name in the ledger: ``job:…``."""

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:
        """Tell how far it is; raises JobPaused when somebody asked for a pause or another worker took over."""

    def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:
        """Add a line to the log that people read."""


kinds: Registry[Any] = Registry("job")


def job(kind: str) -> Callable[[Work], Work]:
    """Make a function long work: ``function(scope, run, **arguments)``, which may give a result as a dict.

    It runs outside any transaction, makes its own short ones, and must do no harm when it runs twice.
    """

    def decorate(work: Work) -> Work:
        kinds.register(kind, work)
        return work

    return decorate


def run_of_kind(kind: str, scope: Scope, run: Run, arguments: dict[str, Any]) -> dict[str, Any]:
    """Do the work of that kind and give its result."""
    result: dict[str, Any] | None = kinds.get(kind)(scope, run, **arguments)
    return result or {}
