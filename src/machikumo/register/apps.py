"""Django's view of the register."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Residents, households, history, search and blocks."""

    name = "machikumo.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what other rooms call."""
        from machikumo.register import doors

        doors.register_all()
