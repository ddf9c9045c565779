"""Every action takes the scope first and facts by name, asks for a permission that exists, and leaves a ledger row."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any

import pytest

import machikumo
from machikumo.kernel.ledger import action
from machikumo.kernel.ledger.acting import ActionLeftNoTrace
from machikumo.organisations.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope


def modules_of_actions() -> Iterator[str]:
    for found in pkgutil.walk_packages(machikumo.__path__, "machikumo."):
        parts = found.name.split(".")
        if "actions" in parts and "tests" not in parts:
            yield found.name


def public_functions() -> Iterator[tuple[str, Any]]:
    for name in modules_of_actions():
        for word, function in inspect.getmembers(importlib.import_module(name), inspect.isfunction):
            if not word.startswith("_") and inspect.unwrap(function).__module__ == name:
                yield f"{name.removeprefix('machikumo.')}.{word}", function


ACTIONS = dict(public_functions())


def test_there_are_actions_in_many_rooms() -> None:
    assert len({name.split(".actions")[0] for name in ACTIONS}) >= 10
    assert len(ACTIONS) > 60


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_takes_the_scope_first_and_everything_else_by_name(name: str) -> None:
    first, *others = inspect.signature(inspect.unwrap(ACTIONS[name])).parameters.values()
    assert first.name == "scope"
    assert all(other.kind is inspect.Parameter.KEYWORD_ONLY for other in others)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_made_by_the_decorator_that_demands_a_ledger_row(name: str) -> None:
    assert hasattr(ACTIONS[name], "machikumo_permission")


@pytest.mark.parametrize("name", ACTIONS)
def test_the_permission_of_an_action_stands_in_the_list_of_roles(name: str) -> None:
    permission = ACTIONS[name].machikumo_permission
    assert not permission or permission in catalogue().permissions


def test_what_leaves_no_ledger_row_does_not_happen(scope: Scope) -> None:
    @action(permission="")
    def do_nothing(scope: Scope) -> None:
        assert scope.organisation_id

    with pytest.raises(ActionLeftNoTrace):
        do_nothing(scope)
