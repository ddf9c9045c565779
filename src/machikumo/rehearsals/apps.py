"""Django's view of the rehearsals room."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, navigation, periodic, signature_blockers, tasks


class RehearsalsConfig(AppConfig):
    """Rehearsals of a move and the real one."""

    name = "machikumo.rehearsals"
    label = "rehearsals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the job, the signature, what stands against it, the tasks and the navigation."""
        from machikumo.kernel.ledger.words import ground_sources
        from machikumo.rehearsals import jobs, signing, waiting, words

        jobs.register_all()
        signing.register_all()
        signature_blockers.register("rehearsals", signing.own_blockers)
        periodic.register("rehearsals.measure", jobs.MEASURING)
        ground_sources.register("rehearsals", words.ground_words)
        tasks.register("rehearsals", waiting.waiting)
        entry = Navigation(
            "work", "move", 20, "移行リハーサル", "Rehearsals", "calendar", "rehearsals:list", "layouts.view"
        )
        navigation.register("work.rehearsals", entry)
