"""The decorator of every action: permission, transaction, and no action without a trace."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.recording import rows_written
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class ActionLeftNoTrace(LedgerError):
    """An action ended without a ledger row; everything that it did was rolled back."""


def action(
    *, permission: str = "", steady: bool = False
) -> Callable[[Callable[Concatenate[Scope, Parameters], Result]], Callable[Concatenate[Scope, Parameters], Result]]:
    """Make ``do_something(scope, *, …)`` an action.

    The result checks that the scope holds ``permission`` (an empty one is for actions that anybody may take), runs in
    the scope's transaction (its own, or a savepoint of the one that is open), and raises ActionLeftNoTrace when no
    ledger row was written. Any exception undoes what the action did. A ``steady`` one sees all tables as of one moment.
    """

    def decorate(
        function: Callable[Concatenate[Scope, Parameters], Result],
    ) -> Callable[Concatenate[Scope, Parameters], Result]:
        @wraps(function)
        def act(scope: Scope, /, *args: Parameters.args, **keywords: Parameters.kwargs) -> Result:
            if permission:
                scope.require(permission)
            before = rows_written.get()
            try:
                with entered(scope, steady=steady):
                    result = function(scope, *args, **keywords)
                    _require_trace(function, before)
            except BaseException:
                rows_written.set(before)  # the rows went with the rest
                raise
            return result

        act.machikumo_permission = permission  # type: ignore[attr-defined]  # read by the whole-system tests
        return act

    return decorate


def _require_trace(function: Callable[..., object], before: int) -> None:
    if rows_written.get() > before:
        return
    name = f"{function.__module__}.{function.__qualname__}"
    raise ActionLeftNoTrace(
        f"{name} は証跡を残しませんでした。処理は取り消されました。",
        f"{name} wrote no ledger row; everything that it did was rolled back.",
    )
