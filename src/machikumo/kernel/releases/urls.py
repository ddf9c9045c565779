"""Addresses of releases, under ``/<code>/work/releases/``."""

from __future__ import annotations

from django.urls import path

from machikumo.kernel.releases import views

app_name = "releases"
urlpatterns = [
    path("", views.received, name="received"),
    path("<int:release_id>/", views.detail, name="detail"),
    path("made/", views.made, name="made"),
    path("made/<int:made_id>/withdraw/", views.withdraw, name="withdraw"),
]
