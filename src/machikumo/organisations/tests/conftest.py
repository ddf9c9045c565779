"""What all tests of the room share."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million rounds for each password prove nothing here and cost seconds."""
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 2)
