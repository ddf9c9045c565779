"""What this room gives to the registries of the kernel."""

from __future__ import annotations

from machikumo.kernel.registries import Navigation, navigation


def register_all() -> None:
    """Register the navigation."""
    navigation.register(
        "work.certificates",
        Navigation(
            area="work",
            section="counter",
            order=10,
            title_ja="証明書の交付",
            title_en="Certificates",
            icon="certificate",
            url_name="certificates:list",
            permission="certificates.view",
        ),
    )
