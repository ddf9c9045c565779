"""Addresses of the design system: its bundles, the language switch, the component page."""

from __future__ import annotations

from django.urls import path

from machikumo.kernel.ui import gallery, names_font, views

app_name = "ui"
urlpatterns = [
    path("bundle/<slug:digest>.<slug:kind>", views.bundle_file, name="bundle"),
    path("names/<slug:digest>.font", names_font.names_font, name="names_font"),
    path("language/", views.choose_language, name="language"),
    path("", gallery.parts, name="parts"),
    path("pages/<slug:key>/", gallery.page, name="page"),
]
