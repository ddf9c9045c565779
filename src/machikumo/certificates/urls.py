"""Addresses of certificates: ``work`` under ``/<code>/work/certificates/``, ``public`` under ``/<code>/verify/``."""

from __future__ import annotations

from django.urls import path

from machikumo.certificates import views

app_name = "certificates"
urlpatterns = [
    path("work/certificates/", views.requests, name="list"),
    path("work/certificates/new/", views.new, name="new"),
    path("work/certificates/issue/", views.issue, name="issue"),
    path("work/certificates/settings/", views.settings, name="settings"),
    path("work/certificates/settings/issuer/", views.issuer, name="issuer"),
    path("work/certificates/settings/specimen.pdf", views.specimen, name="specimen"),
    path("work/certificates/settings/statements/<str:key>/confirm/", views.confirm, name="confirm"),
    path("work/certificates/settings/statements/<str:key>/withdraw/", views.unconfirm, name="unconfirm"),
    path("work/certificates/stops/<int:stop_id>/reopen/", views.reopen, name="reopen"),
    path("work/certificates/<uuid:request_id>/", views.detail, name="detail"),
    path("work/certificates/<uuid:request_id>/state/", views.state, name="state"),
    path("work/certificates/<uuid:request_id>/certificate.pdf", views.document, name="document"),
    path("work/certificates/<uuid:request_id>/continue/", views.go_on, name="continue"),
    path("work/certificates/<uuid:request_id>/approve/", views.approve, name="approve"),
    path("work/certificates/<uuid:request_id>/deliver/", views.deliver, name="deliver"),
    path("work/certificates/<uuid:request_id>/cancel/", views.cancel, name="cancel"),
    path("work/certificates/<uuid:request_id>/withdraw/", views.withdraw, name="withdraw"),
    path("verify/", views.enter, name="enter"),
    path("verify/<slug:token>/", views.verify, name="verify"),
]
