"""What the feeds give to the registries of the kernel."""

from __future__ import annotations

from machikumo.feeds import jobs


def register_all() -> None:
    """Register the job."""
    jobs.register_all()
