"""Addresses of the first page of the work area and of the search."""

from __future__ import annotations

from django.urls import path

from machikumo.kernel.tasks import views

urlpatterns = [
    path("", views.home, name="work_home"),
    path("tasks/", views.task_list, name="work_tasks"),
    path("search/", views.search, name="work_search"),
]
