"""The library's pages that we use, by the names that it knows: sign-in, confirmation, password, second factors."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

from machikumo.organisations.views import sign_in

urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("provider/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("provider/", include("allauth.socialaccount.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
]
