"""Addresses of the feeds for machines, under ``/<code>/api/feeds/``."""

from __future__ import annotations

from django.urls import path

from machikumo.feeds import api

app_name = "feeds_api"
urlpatterns = [
    path("<slug:key>/", api.state, name="state"),
    path("<slug:key>/files/<str:name>", api.file, name="file"),
    path("<slug:key>/rows", api.rows, name="rows"),
]
