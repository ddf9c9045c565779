"""Django's view of the organisations room."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Municipalities, groups, people and roles."""

    name = "machikumo.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the kernel calls."""
        from machikumo.kernel.ledger.words import role_sources
        from machikumo.kernel.releases.words import ReleaseWords, release_words
        from machikumo.organisations import doors, kinds
        from machikumo.organisations.actions.bodies import MEMBERS
        from machikumo.organisations.catalogue import role_titles

        role_sources.register("organisations", role_titles)
        doors.register_all()
        kinds.register_all()
        members = {"members": ("構成団体のコード", "Codes of the members")}
        release_words.register(MEMBERS, ReleaseWords(("グループの構成団体", "Members of the group"), members))
