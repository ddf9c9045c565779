"""Django's view of the certificates room."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Issuing, reading back and public check of certificates."""

    name = "machikumo.certificates"
    label = "certificates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what other rooms call."""
        from machikumo.certificates import doors, kinds, leaving, overdue
        from machikumo.kernel.registries import export_parts

        doors.register_all()
        kinds.register_all()
        overdue.register_all()
        export_parts.register("certificates/papers/", leaving.papers_part)
