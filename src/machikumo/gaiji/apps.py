"""Django's view of the gaiji room."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, export_parts, navigation, tasks


class GaijiConfig(AppConfig):
    """The workbench of user-defined characters."""

    name = "machikumo.gaiji"
    label = "gaiji"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the job, the second reviewers' tasks and the navigation."""
        from machikumo.gaiji import asked_about, jobs, leaving, waiting

        jobs.register_all()
        asked_about.register_all()
        export_parts.register(leaving.FOLDER, leaving.maps_part)
        tasks.register("gaiji", waiting.to_review)
        entry = Navigation("work", "move", 40, "外字", "Gaiji", "search", "gaiji:list", "layouts.view")
        navigation.register("work.gaiji", entry)
