"""Django's view of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only log and its seals."""

    name = "machikumo.kernel.ledger"
    label = "ledger"
    verbose_name = "証跡"

    def ready(self) -> None:
        """Register the auditor's pages, and the log as parts of the exit package."""
        from machikumo.kernel.ledger import exporting
        from machikumo.kernel.registries import Navigation, export_parts, navigation

        export_parts.register(f"ledger/{exporting.ENTRIES}", exporting.entries_part)
        export_parts.register(f"ledger/{exporting.CHECKPOINTS}", exporting.checkpoints_part)
        export_parts.register(f"ledger/{exporting.KEY}", exporting.key_part)

        pages = (
            ("list", 800, "証跡（操作の記録）", "Ledger", "history"),
            ("seals", 810, "証跡の封印と検証", "Seals of the ledger", "shield"),
        )
        for name, order, ja, en, icon in pages:
            entry = Navigation("work", "records", order, ja, en, icon, f"ledger:{name}", "ledger.view")
            navigation.register(f"work.ledger.{name}", entry)
