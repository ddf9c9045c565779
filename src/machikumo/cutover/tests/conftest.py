"""An officer who asks, a head who approves, a clerk at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.cutover.tests.making import exported

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def officer(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:1", role="information_officer")


@pytest.fixture
def head(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:2", role="section_head")


@pytest.fixture
def clerk(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:3", role="desk_clerk")


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return exported(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return exported(tmp_path_factory.mktemp("small"), people=40, defects=0.0)
