"""Addresses of the approvals, under ``/<code>/work/approvals/``."""

from __future__ import annotations

from django.urls import path

from machikumo.kernel.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:approval_id>/", views.detail, name="detail"),
    path("<int:approval_id>/decide/", views.decide, name="decide"),
]
