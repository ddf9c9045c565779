"""Django's view of the organisations room."""

from django.apps import AppConfig

from machikumo.kernel.registries import scope_sources


class OrganisationsConfig(AppConfig):
    """Municipalities, groups, people and roles."""

    name = "machikumo.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the kernel calls."""
        from machikumo.kernel.tenancy.edge import STAFF
        from machikumo.organisations.scopes import staff_scope

        scope_sources.register(STAFF, staff_scope)
