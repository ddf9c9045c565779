"""Django's view of the definitions room."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, export_parts, layout_sources, mapping_sources, navigation


class DefinitionsConfig(AppConfig):
    """Layouts of the town's own."""

    name = "machikumo.definitions"
    label = "definitions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the town's layouts to the move-in, and register the navigation."""
        from machikumo.definitions import leaving
        from machikumo.definitions.queries.mappings import OwnMappings
        from machikumo.definitions.queries.own import OwnSource

        layout_sources.register("own", OwnSource())
        mapping_sources.register("own", OwnMappings())
        export_parts.register(leaving.FOLDER, leaving.layouts_part)
        navigation.register(
            "work.definitions",
            Navigation(
                area="work",
                section="move",
                order=32,
                title_ja="レイアウト定義",
                title_en="Layout definitions",
                icon="table",
                url_name="definitions:list",
                permission="layouts.view",
            ),
        )
        navigation.register(
            "work.mappings",
            Navigation(
                area="work",
                section="move",
                order=33,
                title_ja="変換定義",
                title_en="Mappings",
                icon="table",
                url_name="definitions:mappings",
                permission="layouts.view",
            ),
        )
