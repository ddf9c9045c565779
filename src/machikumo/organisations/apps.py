"""Django's view of the organisations room."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Municipalities, groups, people and roles."""

    name = "machikumo.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the kernel calls."""
        from machikumo.organisations import doors

        doors.register_all()
