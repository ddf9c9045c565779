"""Django's view of releases."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Signed copies between organisations."""

    name = "machikumo.kernel.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"
