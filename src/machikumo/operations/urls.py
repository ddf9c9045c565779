"""Addresses of operations, under ``/<code>/work/operations/``."""

from __future__ import annotations

from django.urls import path

from machikumo.operations import arriving_pages, views

app_name = "operations"
urlpatterns = [
    path("", views.home, name="home"),
    path("exit-package/", views.start_exit_package, name="exit_package"),
    path("load/", arriving_pages.load, name="load"),
    path("former/<int:former_number>/", arriving_pages.former, name="former"),
    path("files/<uuid:token>/", views.download, name="download"),
    path("training/reset/", views.reset_training, name="reset_training"),
]
