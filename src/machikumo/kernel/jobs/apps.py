"""Django's view of the jobs package."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work."""

    name = "machikumo.kernel.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the trial job and the navigation of the jobs pages."""
        from machikumo.kernel.jobs import counting  # noqa: F401 - importing it registers the job
        from machikumo.kernel.registries import Navigation, navigation

        navigation.register(
            "work.jobs",
            Navigation(
                area="work",
                section="system",
                order=90,
                title_ja="処理の状況",
                title_en="Background work",
                icon="clock",
                url_name="jobs:list",
                permission="jobs.view",
            ),
        )
