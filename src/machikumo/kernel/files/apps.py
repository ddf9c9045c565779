"""Django's view of the files package."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Stored files."""

    name = "machikumo.kernel.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the sweep."""
        from machikumo.kernel.files import doors

        doors.register_all()
