"""Addresses of the oversight door, under ``/oversight/``."""

from __future__ import annotations

from django.urls import path

from machikumo.oversight import views

app_name = "oversight"
urlpatterns = [
    path("", views.door, name="door"),
    path("<slug:code>/", views.move_ins, name="move_ins"),
]
