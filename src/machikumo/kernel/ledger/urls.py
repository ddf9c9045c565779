"""Addresses of the auditor's pages, under ``/<code>/work/ledger/``."""

from __future__ import annotations

from django.urls import path

from machikumo.kernel.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export.csv", views.export, name="export"),
    path("seals/", views.seals, name="seals"),
    path("rows/<uuid:entry_id>/", views.entry, name="entry"),
    path("subjects/<str:subject>/", views.access_record, name="access_record"),
]
