"""Django's view of the questions room."""

from django.apps import AppConfig

from machikumo.kernel.registries import (
    LooseReference,
    Navigation,
    loose_references,
    navigation,
    signature_blockers,
    tasks,
)


class QuestionsConfig(AppConfig):
    """The question log of a move."""

    name = "machikumo.questions"
    label = "questions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what waits, what stands against a signature, and the navigation."""
        from machikumo.questions import waiting

        loose_references.register("questions_question.about_move_in", LooseReference("layouts_movein"))
        loose_references.register("questions_question.about", LooseReference("layouts_movein", frozenset({"move_in"})))
        sets = LooseReference("gaiji_gaijiset", frozenset({"gaiji_set"}))
        loose_references.register("questions_question.about:sets", sets)
        tasks.register("questions", waiting.tasks_of)
        signature_blockers.register("questions", waiting.blockers)
        entry = Navigation("work", "move", 45, "移行の質問票", "Questions", "help", "questions:list", "layouts.view")
        navigation.register("work.questions", entry)
