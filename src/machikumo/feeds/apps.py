"""Django's view of the feeds room."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Daily differences."""

    name = "machikumo.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register jobs, tasks, freshness and the navigation."""
        from machikumo.feeds import doors

        doors.register_all()
