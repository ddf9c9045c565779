"""Addresses of the move, under ``/<code>/work/move/``."""

from __future__ import annotations

from django.urls import path

from machikumo.layouts import mending_pages, row_pages, views

app_name = "layouts"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.hand_over, name="new"),
    path("export/", views.export, name="export"),
    path("export/<uuid:token>/", views.download_export, name="download_export"),
    path("<int:move_in_id>/", views.move_in, name="move_in"),
    path("<int:move_in_id>/held/", mending_pages.held_rows, name="held"),
    path("<int:move_in_id>/held/alike/", mending_pages.alike, name="held_alike"),
    path("<int:move_in_id>/held/more/", mending_pages.list_more, name="held_more"),
    path("<int:move_in_id>/held/take-in/", mending_pages.take_in, name="take_in"),
    path("<int:move_in_id>/held/batches/<int:batch_id>/undo/", mending_pages.undo_batch, name="undo_batch"),
    path("<int:move_in_id>/go-on/", mending_pages.go_on, name="go_on"),
    path("held/<int:held_row_id>/", row_pages.held_row, name="held_row"),
    path("held/<int:held_row_id>/open/", row_pages.open_row, name="open_row"),
    path("held/<int:held_row_id>/undo/<int:mending_id>/", row_pages.undo, name="undo_mending"),
    path("<int:move_in_id>/issues/", views.issues, name="issues"),
    path("<int:move_in_id>/report/", views.report, name="report"),
    path("<int:move_in_id>/remove/", views.remove, name="remove"),
    path("<int:move_in_id>/sign/", views.sign, name="sign"),
    path("<int:move_in_id>/release/", views.release, name="release"),
    path("<int:move_in_id>/files/<str:which>/", views.download, name="download"),
]
