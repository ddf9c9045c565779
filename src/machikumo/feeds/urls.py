"""Addresses of the feeds, under ``/<code>/work/feeds/``."""

from __future__ import annotations

from django.urls import path

from machikumo.feeds.views import deciding, describing, pages

app_name = "feeds"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("new/", describing.new, name="new"),
    path("<int:feed_id>/", pages.feed, name="feed"),
    path("<int:feed_id>/change/", describing.change, name="change"),
    path("<int:feed_id>/hand-in/", pages.hand_in, name="hand_in"),
    path("<int:feed_id>/apply/", pages.apply_now, name="apply"),
    path("<int:feed_id>/skip/", deciding.skip, name="skip"),
    path("files/<int:file_id>/", pages.file, name="file"),
    path("files/<int:file_id>/confirm/", deciding.confirm, name="confirm"),
    path("files/<int:file_id>/withdraw/", deciding.withdraw, name="withdraw"),
    path("files/<int:file_id>/again/", deciding.again, name="again"),
    path("files/<int:file_id>/fetch/", deciding.fetch, name="fetch"),
    path("files/<int:file_id>/mend/", deciding.mend, name="mend"),
    path("rows/<int:row_id>/", deciding.settle, name="settle"),
]
