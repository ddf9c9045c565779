"""What a load may do, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

NEEDED = frozenset({"operations.load", "layouts.move_in"})  # the second opens the vault for what comes in


def with_rights(scope: Scope) -> Scope:
    """The same person with the right to load and what that needs, whatever else the role carries.

    Raises NotPermitted when the role does not carry the right to load.
    """
    scope.require("operations.load")
    return replace(scope, permissions=NEEDED)
