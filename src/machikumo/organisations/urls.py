"""Addresses of signing in, of the demo's door, and of people and roles."""

from __future__ import annotations

from django.urls import include, path

from machikumo.organisations.views import demo, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/where/", sign_in.choose_workplace, name="choose_workplace"),
    path("sign-in/still-here/", sign_in.still_here, name="still_here"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("demo/", demo.demo, name="demo"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("accounts/", include("machikumo.organisations.account_urls")),
    path("<slug:code>/work/people/", include("machikumo.organisations.work_urls")),
    path("<slug:code>/work/role/", sign_in.choose_role, name="choose_role"),
]
