"""Django's view of the design system."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Page frame, parts, forms and drawings."""

    name = "machikumo.kernel.ui"
    label = "ui"
