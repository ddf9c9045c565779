"""Django's view of the oversight room."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, navigation


class OversightConfig(AppConfig):
    """The prefecture's and the ministry's view."""

    name = "machikumo.oversight"
    label = "oversight"

    def ready(self) -> None:
        """Register the navigation."""
        for area in ("oversight", "work"):
            navigation.register(
                f"{area}.oversight.move_ins",
                Navigation(
                    area=area,
                    section="move",
                    order=20,
                    title_ja="市町村の移行状況",
                    title_en="Move-ins of the towns",
                    icon="map-pin",
                    url_name="oversight:move_ins",
                    permission="oversight.view",
                ),
            )
