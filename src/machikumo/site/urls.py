"""Root addresses: four front doors and sign-in. Fixed words come before ``<slug:code>/``, which takes the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import include, path

from machikumo.site import views

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.portal, name="portal"),
    path("health/", views.health, name="health"),
    path("ui/", include("machikumo.kernel.ui.urls")),
    path("oversight/", include("machikumo.oversight.urls")),
    path("", include("machikumo.organisations.urls")),
    path("<slug:code>/work/", include("machikumo.kernel.tasks.urls")),
    path("<slug:code>/work/approvals/", include("machikumo.kernel.approvals.urls")),
    path("<slug:code>/work/releases/", include("machikumo.kernel.releases.urls")),
    path("<slug:code>/", views.town, name="town"),
    path("<slug:code>/", include("machikumo.certificates.urls")),
    path("<slug:code>/work/residents/", include("machikumo.register.urls")),
    path("<slug:code>/work/move/", include("machikumo.layouts.urls")),
    path("<slug:code>/work/rehearsals/", include("machikumo.rehearsals.urls")),
    path("<slug:code>/work/layouts/", include("machikumo.definitions.urls")),
    path("<slug:code>/work/gaiji/", include("machikumo.gaiji.urls")),
    path("<slug:code>/work/questions/", include("machikumo.questions.urls")),
    path("<slug:code>/work/cutover/", include("machikumo.cutover.urls")),
    path("<slug:code>/work/comparisons/", include("machikumo.comparisons.urls")),
    path("<slug:code>/work/feeds/", include("machikumo.feeds.urls")),
    path("<slug:code>/api/feeds/", include("machikumo.feeds.api_urls")),
    path("<slug:code>/work/operations/", include("machikumo.operations.urls")),
    path("<slug:code>/work/jobs/", include("machikumo.kernel.jobs.urls")),
    path("<slug:code>/work/ledger/", include("machikumo.kernel.ledger.urls")),
]

handler400 = "machikumo.kernel.ui.errors.handler400"
handler403 = "machikumo.kernel.ui.errors.handler403"
handler404 = "machikumo.kernel.ui.errors.handler404"
handler500 = "machikumo.kernel.ui.errors.handler500"
