"""First passwords: read from paper and typed once, then replaced by one's own."""

from __future__ import annotations

import secrets

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper
GROUPS, LENGTH = 4, 4  # 31 signs, 16 of them: 79 bits


def first_password() -> str:
    """Four groups of four signs from the machine's own dice, with hyphens."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(GROUPS))
