"""Django's view of the operations room."""

from django.apps import AppConfig

from machikumo.kernel.registries import Navigation, navigation


class OperationsConfig(AppConfig):
    """Tenant life cycle and health."""

    name = "machikumo.operations"
    label = "operations"

    def ready(self) -> None:
        """Register the jobs and the navigation."""
        from machikumo.operations import doors, jobs, keeping, kinds

        jobs.register_all()
        kinds.register_all()
        doors.register_all()
        keeping.register_all()
        navigation.register(
            "work.operations",
            Navigation(
                area="work",
                section="system",
                order=95,
                title_ja="運用",
                title_en="Operations",
                icon="settings",
                url_name="operations:home",
                permission="operations.view",
            ),
        )
