"""What the feeds give to the registries of the kernel."""

from __future__ import annotations

from machikumo.feeds import freshness, jobs, waiting, watching
from machikumo.kernel.registries import Navigation, health, kpis, navigation, periodic, tasks


def register_all() -> None:
    """Register the job, the watched folders, the tasks, the freshness and the navigation."""
    jobs.register_all()
    periodic.register("feeds.watch", watching.WATCHING)
    tasks.register("feeds", waiting.tasks_of)
    kpis.register("feeds.age_of_register", freshness.kpi)
    health.register("feeds", freshness.health)
    entry = Navigation("work", "move", 60, "差分連携", "Daily differences", "refresh", "feeds:list", "layouts.view")
    navigation.register("work.feeds", entry)
