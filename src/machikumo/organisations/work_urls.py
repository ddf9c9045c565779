"""Addresses of the room's work pages, under ``/<code>/work/people/``."""

from __future__ import annotations

from django.urls import path

from machikumo.organisations.views import changes, machines, people, practice

app_name = "organisations"
urlpatterns = [
    path("", people.people, name="people"),
    path("add/", people.add_person, name="add_person"),
    path("<int:staff_id>/", people.person, name="person"),
    path("<int:staff_id>/change/", people.change_person, name="change_person"),
    path("<int:staff_id>/first-password/", people.first_password, name="first_password"),
    path("appearance/", people.appearance, name="appearance"),
    path("machines/", machines.machines, name="machines"),
    path("machines/<int:machine_id>/", machines.machine, name="machine"),
    path("machines/<int:machine_id>/close/", machines.close_machine, name="close_machine"),
    path("machines/<int:machine_id>/tokens/<int:token_id>/revoke/", machines.revoke_token, name="revoke_token"),
    path("practice/", practice.practice, name="practice"),
    path("practice/make/", practice.make_practice, name="make_practice"),
    path("appointments/<int:appointment_id>/end/", people.end_role, name="end_role"),
    path("appointments/<int:appointment_id>/stand-in/", people.stand_in, name="stand_in"),
    path("roles/", people.roles, name="roles"),
    path("roles/<slug:key>/", people.role, name="role"),
    path("narrow/", people.narrow, name="narrow"),
    path("sections/", people.sections, name="sections"),
    path("transfers/", changes.transfer_list, name="transfers"),
    path("transfers/sample.csv", changes.transfer_sample, name="transfer_sample"),
    path("transfers/hand-over/", changes.hand_over, name="hand_over"),
    path("transfers/<int:batch_id>/", changes.transfer, name="transfer"),
    path("transfers/<int:batch_id>/apply/", changes.apply_transfer, name="apply_transfer"),
    path("reviews/", changes.review_list, name="reviews"),
    path("reviews/<int:review_id>/", changes.review, name="review"),
    path("group/", changes.group, name="group"),
    path("group/<slug:member>/leave/", changes.leave, name="leave"),
]
