"""Making an exit package as a test wants it: for a key that is at hand, and opened again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from machikumo.kernel.files.actions import open_file
from machikumo.kernel.files.closing import new_key, open_closed
from machikumo.operations import actions

if TYPE_CHECKING:
    from uuid import UUID

    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.scope import Scope

PUBLIC, SECRET = new_key()


def made(scope: Scope) -> StoredFile:
    """A package for the key that is at hand."""
    return actions.make_exit_package(scope, recipient=PUBLIC)


def opened(scope: Scope, token: UUID) -> io.BytesIO:
    """What is in the closed package."""
    _, place = open_file(scope, token=token)
    out = io.BytesIO()
    with place.open("rb") as source:
        open_closed(source, out, SECRET)
    out.seek(0)
    return out
