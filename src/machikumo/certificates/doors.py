"""What this room gives to the registries of the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from machikumo.kernel.registries import Navigation, navigation, resident_tiles

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def tile(scope: Scope) -> dict[str, Any]:
    """The tile of the town's page: check a paper."""
    return {
        "title_ja": "証明書が本物か確かめる",
        "title_en": "Check a certificate",
        "url": reverse("certificates:enter", args=[scope.organisation_code]),
        "icon": "certificate",
        "text_ja": "受け取った住民票の写しが本物か、無効になっていないかを調べます。",
        "text_en": "Is the certificate in your hand genuine and still valid?",
        "text_easy": "もっている しょうめいしょが ほんものか しらべます。",
    }


def register_all() -> None:
    """Register the navigation and the tile of the town's page."""
    resident_tiles.register("certificates.check", tile)
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
