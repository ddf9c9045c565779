"""Addresses of the rehearsals, under ``/<code>/work/rehearsals/``."""

from __future__ import annotations

from django.urls import path

from machikumo.rehearsals import views

app_name = "rehearsals"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.plan, name="new"),
    path("moves/<int:move_id>/", views.move, name="move"),
    path("moves/<int:move_id>/dates/", views.dates, name="dates"),
    path("<int:round_id>/", views.one_round, name="round"),
    path("<int:round_id>/files/", views.hand_over, name="hand_over"),
    path("<int:round_id>/add/", views.add, name="add"),
    path("<int:round_id>/measure/", views.measure, name="measure"),
    path("<int:round_id>/explain/<int:move_in_id>/", views.explain, name="explain"),
    path("<int:round_id>/difference/", views.difference, name="difference"),
    path("<int:round_id>/difference/rows/", views.rows, name="rows"),
    path("<int:round_id>/counts/", views.counts, name="counts"),
    path("<int:round_id>/counts/upload/", views.upload_counts, name="upload_counts"),
    path("<int:round_id>/sign/", views.sign, name="sign"),
    path("<int:round_id>/report.<str:form>", views.report, name="report"),
]
