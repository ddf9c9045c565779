"""Django's view of releases."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, navigation


class ReleasesConfig(AppConfig):
    """Signed copies between organisations."""

    name = "machikumo.kernel.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The two pages of the navigation."""
        for name, order, ja, en, permission in (
            ("received", 610, "受け取ったデータ", "Received data", "releases.view"),
            ("made", 620, "提供したデータ", "Released data", "releases.make"),
        ):
            entry = Navigation("work", "data", order, ja, en, "mail", f"releases:{name}", permission)
            navigation.register(f"work.releases.{name}", entry)
