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
        from machikumo.kernel.registries import (
            ImportPart,
            LooseReference,
            export_parts,
            import_parts,
            loose_references,
        )

        doors.register_all()
        kinds.register_all()
        overdue.register_all()
        export_parts.register(leaving.PAPERS, leaving.papers_part)
        documents = frozenset({"certificates_certificatedocument"})
        import_parts.register(leaving.PAPERS, ImportPart(leaving.take_papers, documents))
        people = "register_person"
        loose_references.register("certificates_certificaterequest.person_ids", LooseReference(people))
        inside = LooseReference(people, frozenset({"person_id", "person_ids"}))
        loose_references.register("certificates_certificaterequest.snapshot", inside)
        versions = LooseReference("register_personversion", frozenset({"versions"}))
        loose_references.register("certificates_certificaterequest.snapshot:versions", versions)
