"""Addresses of the register, under ``/<code>/work/residents/``."""

from __future__ import annotations

from django.urls import path

from machikumo.register import views

app_name = "register"
urlpatterns = [
    path("", views.find, name="find"),
    path("<int:person_id>/", views.person, name="person"),
    path("<int:person_id>/correct/", views.correct, name="correct"),
    path("<int:person_id>/household/confirm/", views.confirm_household, name="confirm_household"),
    path("<int:person_id>/blocks/new/", views.add_block, name="add_block"),
    path("<int:person_id>/blocks/<int:block_id>/close/", views.close_block, name="close_block"),
]
