"""The catalogue of roles and permissions, read once from data/roles/roles.toml."""

from __future__ import annotations

import tomllib
from functools import cache

from machikumo.kernel.official import data_folder
from machikumo.organisations.domain.roles import Catalogue, catalogue_from


@cache
def catalogue() -> Catalogue:
    """Every role and permission; CatalogueFault when the file contradicts itself."""
    with (data_folder() / "roles" / "roles.toml").open("rb") as file:
        return catalogue_from(tomllib.load(file))


def role_titles() -> dict[str, tuple[str, str]]:
    """The title of every role in Japanese and English, by its key."""
    return {key: (role.title.ja, role.title.en) for key, role in catalogue().roles.items()}
