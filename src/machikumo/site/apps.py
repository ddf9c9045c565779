"""Django's view of the site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Home, town pages, operator's door."""

    name = "machikumo.site"
    label = "site"
