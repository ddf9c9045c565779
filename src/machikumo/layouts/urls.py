"""Addresses of the move, under ``/<code>/work/move/``."""

from __future__ import annotations

from django.urls import path

from machikumo.layouts import views

app_name = "layouts"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.hand_over, name="new"),
    path("export/", views.export, name="export"),
    path("export/<uuid:token>/", views.download_export, name="download_export"),
    path("<int:move_in_id>/", views.move_in, name="move_in"),
    path("<int:move_in_id>/issues/", views.issues, name="issues"),
    path("<int:move_in_id>/report/", views.report, name="report"),
    path("<int:move_in_id>/remove/", views.remove, name="remove"),
    path("<int:move_in_id>/sign/", views.sign, name="sign"),
    path("<int:move_in_id>/release/", views.release, name="release"),
    path("<int:move_in_id>/files/<str:which>/", views.download, name="download"),
]
