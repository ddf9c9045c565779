"""Addresses of the definitions, under ``/<code>/work/layouts/``."""

from __future__ import annotations

from django.urls import path

from machikumo.definitions.views import drafts, editions, lists, mappings, moves

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
    path("mappings/", mappings.listing, name="mappings"),
    path("mappings/new/", mappings.new, name="new_mapping"),
    path("mappings/<int:own_mapping_id>/", mappings.mapping, name="mapping"),
    path("mappings/<int:own_mapping_id>/preview/", mappings.preview, name="preview"),
    path("mappings/<int:own_mapping_id>/publish/", mappings.publish, name="publish_mapping"),
    path("mappings/<int:own_mapping_id>/answers/", moves.answers, name="answers"),
    path("mappings/<int:own_mapping_id>/maps/<slug:table>/", moves.code_map, name="code_map"),
    path("mappings/<int:own_mapping_id>/targets/<slug:item>/", moves.target, name="target"),
    path("mappings/<int:own_mapping_id>/targets/<slug:item>/step/", moves.add_step, name="add_step"),
    path("mappings/<int:own_mapping_id>/editions/<int:number>/", mappings.edition, name="mapping_edition"),
    path("mappings/<int:own_mapping_id>/editions/<int:number>/file/", mappings.download, name="mapping_file"),
    path("mappings/<int:own_mapping_id>/diff/<int:old>/<int:new>/", mappings.diff, name="mapping_diff"),
]
