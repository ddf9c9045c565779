"""Django's view of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only log and its seals."""

    name = "machikumo.kernel.ledger"
    label = "ledger"
    verbose_name = "証跡"

    def ready(self) -> None:
        """Register the auditor's pages."""
        from machikumo.kernel.registries import Navigation, navigation

        pages = (
            ("list", 800, "証跡（操作の記録）", "Ledger", "history"),
            ("seals", 810, "証跡の封印と検証", "Seals of the ledger", "shield"),
        )
        for name, order, ja, en, icon in pages:
            entry = Navigation("work", "records", order, ja, en, icon, f"ledger:{name}", "ledger.view")
            navigation.register(f"work.ledger.{name}", entry)
