"""Django's view of the cut-over room."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, load_watchers, navigation, periodic, write_gate


class CutoverConfig(AppConfig):
    """Cut-over."""

    name = "machikumo.cutover"
    label = "cutover"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the gate, the watch over loads, the approvals, the job and the navigation."""
        from machikumo.cutover import asking, gatekeeping, jobs, watching

        write_gate.register("cutover", gatekeeping.keep)
        load_watchers.register("cutover", watching.watched)
        asking.register_all()
        jobs.register_all()
        periodic.register("cutover.settle_loads", jobs.SETTLING)
        navigation.register(
            "work.cutover",
            Navigation("work", "move", 60, "切替", "Cut-over", "calendar", "cutover:list", "layouts.view"),
        )
        navigation.register(
            "work.emergency",
            Navigation(
                "work",
                "residents",
                90,
                "凍結中の緊急異動",
                "Emergency entry",
                "warning",
                "cutover:emergency",
                "register.edit",
            ),
        )
