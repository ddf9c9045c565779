"""Addresses of the definitions, under ``/<code>/work/layouts/``."""

from __future__ import annotations

from django.urls import path

from machikumo.definitions.views import drafts, editions, lists

app_name = "definitions"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("new/", lists.from_sample, name="from_sample"),
    path("new/workbook/", lists.from_workbook, name="from_workbook"),
    path("new/copy/", lists.from_copy, name="from_copy"),
    path("shipped/<slug:key>/", lists.shipped_layout, name="shipped"),
    path("shipped/<slug:key>/download/<slug:form>/", lists.download_shipped, name="download_shipped"),
    path("<int:own_layout_id>/", drafts.draft, name="draft"),
    path("<int:own_layout_id>/form/", drafts.file_form, name="file_form"),
    path("<int:own_layout_id>/items/<int:place>/", drafts.item, name="item"),
    path("<int:own_layout_id>/items/<int:place>/move/", drafts.move, name="move"),
    path("<int:own_layout_id>/items/<int:place>/remove/", drafts.remove, name="remove"),
    path("<int:own_layout_id>/publish/", editions.publish, name="publish"),
    path("<int:own_layout_id>/editions/<int:number>/", editions.edition, name="edition"),
    path("<int:own_layout_id>/editions/<int:number>/try/", editions.try_file, name="try"),
    path("<int:own_layout_id>/editions/<int:number>/download/<slug:form>/", editions.download, name="download"),
    path("<int:own_layout_id>/diff/<int:old>/<int:new>/", editions.diff, name="diff"),
]
