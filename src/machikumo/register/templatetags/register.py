"""Filters of the register's pages."""

from __future__ import annotations

from typing import Any

from django import template

from machikumo.register import words

library = template.Library()
register = library  # the name that Django looks for


@library.filter
def sex(code: str) -> Any:
    """The word for a sex code."""
    return words.sex_words(code)


@library.filter
def state(code: str) -> Any:
    """The word for a resident state code."""
    return words.state_words(code)


@library.filter
def kind(code: str) -> Any:
    """The word for a resident kind code."""
    return words.kind_words(code)


@library.filter
def reason(code: str) -> Any:
    """The word for an event reason code."""
    return words.reason_words(code)
