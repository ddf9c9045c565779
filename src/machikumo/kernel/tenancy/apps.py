"""Django's view of the tenancy package."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Organisations and their walls."""

    name = "machikumo.kernel.tenancy"
    label = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"
