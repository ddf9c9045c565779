"""What the register gives to the registries of the kernel."""

from __future__ import annotations


def register_all() -> None:
    """Register the load target, the search source and the navigation."""
