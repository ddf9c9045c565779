"""Django's view of the site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Home, town pages, operator's door."""

    name = "machikumo.site"
    label = "site"

    def ready(self) -> None:
        """Register what only the site can put together from several rooms."""
        from machikumo.kernel.registries import demo_parts, resident_tiles
        from machikumo.site import tiles
        from machikumo.site.training import refill

        resident_tiles.register("site.protection", tiles.protection)
        resident_tiles.register("site.other_towns", tiles.other_towns)
        demo_parts.register("training.refill", refill)
