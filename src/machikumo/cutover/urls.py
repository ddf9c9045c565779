"""Addresses of the cut-over, under ``/<code>/work/cutover/``."""

from __future__ import annotations

from django.urls import path

from machikumo.cutover import views

app_name = "cutover"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new_plan, name="new"),
    path("emergency/", views.emergency, name="emergency"),
    path("<int:plan_id>/", views.plan, name="plan"),
    path("<int:plan_id>/files/", views.files, name="files"),
    path("<int:plan_id>/lift/", views.lift, name="lift"),
    path("<int:plan_id>/release/", views.release, name="release"),
    path("<int:plan_id>/steps/<int:step_id>/", views.step, name="step"),
    path("<int:plan_id>/items/<slug:item>/", views.item, name="item"),
    path("loads/<int:load_id>/", views.load, name="load"),
]
