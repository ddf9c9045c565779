"""Addresses of long work, under ``/<code>/work/jobs/``."""

from __future__ import annotations

from django.urls import path

from machikumo.kernel.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/pause/", views.pause, name="pause"),
    path("<int:run_id>/resume/", views.resume, name="resume"),
    path("<int:run_id>/cancel/", views.cancel, name="cancel"),
]
