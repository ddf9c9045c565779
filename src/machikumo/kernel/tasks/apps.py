"""Django's view of the task list and the search."""

from django.apps import AppConfig

from machikumo.kernel.registries import searches


class TasksConfig(AppConfig):
    """One task list, one search."""

    name = "machikumo.kernel.tasks"
    label = "tasks"

    def ready(self) -> None:
        """The pages of the navigation can be found by their titles."""
        from machikumo.kernel.tasks.pages import find_pages

        searches.register("pages", find_pages)
