"""Django's view of the site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Home, town pages, operator's door."""

    name = "machikumo.site"
    label = "site"

    def ready(self) -> None:
        """Register what only the site can put together from several rooms."""
        from machikumo.kernel.registries import demo_parts
        from machikumo.site.training import refill

        demo_parts.register("training.refill", refill)
