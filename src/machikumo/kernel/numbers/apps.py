"""Django's view of the number vault."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from machikumo.kernel.registries import ImportPart, export_parts, import_parts


class NumbersConfig(AppConfig):
    """The vault; its long work is registered when Django is ready."""

    name = "machikumo.kernel.numbers"
    label = "numbers"
    verbose_name = "番号保管庫"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the re-encryption job and the part of the exit package."""
        import_module("machikumo.kernel.numbers.tasks")
        leaving = import_module("machikumo.kernel.numbers.leaving")
        export_parts.register(leaving.PART, leaving.numbers_part)
        import_parts.register(leaving.PART, ImportPart(leaving.take_numbers, frozenset({"numbers_numberrecord"})))
