"""Django's view of approvals."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Four eyes."""

    name = "machikumo.kernel.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the kernel calls."""
        from machikumo.kernel.approvals import doors

        doors.register_all()
