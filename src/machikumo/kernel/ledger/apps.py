"""Django's view of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only log and its seals."""

    name = "machikumo.kernel.ledger"
    label = "ledger"
    verbose_name = "証跡"
