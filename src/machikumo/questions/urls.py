"""Addresses of the question log, under ``/<code>/work/questions/``."""

from __future__ import annotations

from django.urls import path

from machikumo.questions import views

app_name = "questions"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.ask, name="new"),
    path("sheet/", views.sheet, name="sheet"),
    path("sheet/<uuid:token>/take/", views.take_sheet, name="take_sheet"),
    path("sheet/<slug:party>.xlsx", views.export, name="export"),
    path("members/", views.members, name="members"),
    path("files/<int:attachment_id>/", views.attachment, name="attachment"),
    path("<int:number>/", views.question, name="question"),
]
