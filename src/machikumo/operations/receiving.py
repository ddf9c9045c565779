"""The installation's own key for packages that come in: whoever leaves elsewhere closes the package for it.

The secret half lies in MACHIKUMO_KEYS and goes to nobody, so no secret key passes through a browser.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pyrage
from django.conf import settings

from machikumo.kernel.files.closing import new_key

NAME = "receiving.age"


def secret_key() -> str:
    """The text of the secret key; made at first use, whole under another name first."""
    folder = Path(settings.MACHIKUMO_KEYS)
    file = folder / NAME
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f".{NAME}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(new_key()[1] + "\n")
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass  # another process was first: its key holds
        finally:
            fresh.unlink()
    return file.read_text(encoding="ascii")


def public_key() -> str:
    """The public half, to be given to whoever makes a package for this installation."""
    return str(pyrage.x25519.Identity.from_str(secret_key().strip()).to_public())
