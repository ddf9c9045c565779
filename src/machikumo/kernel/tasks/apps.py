"""Django's view of the task list and the search."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, navigation, searches


class TasksConfig(AppConfig):
    """One task list, one search."""

    name = "machikumo.kernel.tasks"
    label = "tasks"

    def ready(self) -> None:
        """The pages of the navigation can be found by their titles."""
        from machikumo.kernel.tasks.pages import find_pages

        searches.register("pages", find_pages)
        entry = Navigation("work", "today", 0, "今日の仕事", "Today's work", "home", "work_home", "work.enter")
        navigation.register("work.home", entry)
