"""Django's view of approvals."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Four eyes."""

    name = "machikumo.kernel.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"
