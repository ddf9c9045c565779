"""Filters for the room's templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

register = template.Library()


@register.filter
def may(scope: Scope | None, permission: str) -> bool:
    """Whether the person of the scope has the permission here; a page without a scope has none."""
    return scope is not None and scope.has(permission)
