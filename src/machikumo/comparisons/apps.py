"""Django's view of the comparisons room."""

from django.apps import AppConfig

from machikumo.kernel.registries import (
    LooseReference,
    Navigation,
    evidence,
    loose_references,
    navigation,
    signature_blockers,
)


class ComparisonsConfig(AppConfig):
    """The side-by-side run."""

    name = "machikumo.comparisons"
    label = "comparisons"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the evidence for go or no-go, what stands against a signature, and the navigation."""
        from machikumo.comparisons import evidence as told

        evidence.register("comparisons.side_by_side", told.side_by_side)
        signature_blockers.register("comparisons", told.blockers)
        loose_references.register("comparisons_sampled.person_id", LooseReference("register_person"))
        navigation.register(
            "work.comparisons",
            Navigation("work", "move", 55, "併行稼働の照合", "Side by side", "eye", "comparisons:list", "layouts.view"),
        )
