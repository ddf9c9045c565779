"""Django's view of the layouts room."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, navigation


class LayoutsConfig(AppConfig):
    """Moving in."""

    name = "machikumo.layouts"
    label = "layouts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the move-in job, the words of its report and the navigation."""
        from machikumo.kernel.releases.words import release_words
        from machikumo.layouts import acceptance, actions, asked_about, jobs, keeping, leaving, undone, words

        jobs.register_all()
        keeping.register_all()
        acceptance.register_all()
        asked_about.register_all()
        undone.register_all()
        leaving.register_all()
        release_words.register(actions.RELEASE, words.REPORT)
        navigation.register(
            "work.layouts",
            Navigation(
                area="work",
                section="move",
                order=30,
                title_ja="データ移行",
                title_en="Move in",
                icon="upload",
                url_name="layouts:list",
                permission="layouts.view",
            ),
        )
