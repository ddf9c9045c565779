"""Addresses of the side-by-side run, under ``/<code>/work/comparisons/``."""

from __future__ import annotations

from django.urls import path

from machikumo.comparisons import views

app_name = "comparisons"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<int:comparison_id>/", views.comparison, name="comparison"),
    path("<int:comparison_id>/list/", views.take_list, name="take_list"),
    path("<int:comparison_id>/again/", views.again, name="again"),
    path("<int:comparison_id>/report.xlsx", views.report, name="report"),
    path("people/<int:sampled_id>/", views.person, name="person"),
    path("people/<int:sampled_id>/paper/", views.paper, name="paper"),
    path("fields/<int:field_id>/decide/", views.decide, name="decide"),
]
