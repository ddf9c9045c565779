"""Addresses of the workbench, under ``/<code>/work/gaiji/``."""

from __future__ import annotations

from django.urls import path

from machikumo.gaiji import views

app_name = "gaiji"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.receive, name="new"),
    path("review/", views.review, name="review"),
    path("reductions/", views.reductions, name="reductions"),
    path("<int:set_id>/", views.one_set, name="set"),
    path("<int:set_id>/publish/", views.publish, name="publish"),
    path("<int:set_id>/import/", views.import_map, name="import"),
    path("<int:set_id>/versions/<int:version>/<str:form>/", views.download, name="download"),
    path("figures/<int:figure_id>/", views.figure, name="figure"),
    path("decisions/<int:decision_id>/", views.decide, name="decide"),
]
