"""Keys of the cache: each begins with the organisation whose scope is entered, so that no value crosses by its key."""

from __future__ import annotations

import hashlib

from machikumo.kernel.tenancy.models import current_scope

LONGEST = 200


def tenant_key(key: str, key_prefix: str, version: int) -> str:
    """The key as it is stored: ``organisation:<id>:…`` within a scope, ``platform:…`` outside every scope."""
    scope = current_scope.get()
    owner = "platform" if scope is None else f"organisation:{scope.organisation_id}"
    if len(key) > LONGEST:
        key = hashlib.sha256(key.encode()).hexdigest()
    return f"{owner}:{key_prefix}:{version}:{key}"
