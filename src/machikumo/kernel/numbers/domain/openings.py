"""For which purposes a number may be opened, and the permission that each needs (番号法9条, 19条)."""

from __future__ import annotations

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.numbers.domain.digits import NumberError

# purpose -> permissions, any one of which suffices
PURPOSES: dict[str, tuple[str, ...]] = {
    "resident_service": ("number.open",),
    "certificate": ("number.open", "certificates.issue"),
    "linkage": ("number.open",),
    "correction": ("number.open",),
    "tenant_export": ("layouts.export", "operations.manage"),
    "leaving": ("operations.export",),
}
ENTERING = ("number.enter", "layouts.move_in")
FINDING = ("number.open", "number.enter")


class NoGround(NumberError):
    """A number was to be opened or looked for without saying why."""

    def __init__(self) -> None:
        super().__init__(
            "番号を扱う根拠を入力してください (例: 住民票の写しの請求)。",
            "Say on what ground the number is opened or looked for (such as a request for a certificate).",
        )


def require_ground(ground: str) -> None:
    """Raise NoGround for an empty ground."""
    if not ground.strip():
        raise NoGround


def permissions_for(purpose: str) -> tuple[str, ...]:
    """Return the permissions that a purpose needs.

    Raises:
        Forbidden: numbers are not opened for such a purpose.
    """
    try:
        return PURPOSES[purpose]
    except KeyError:
        raise Forbidden(
            f"目的「{purpose}」では番号を開けません。認められた目的: {', '.join(PURPOSES)}。",
            f"Numbers are not opened for the purpose '{purpose}'; allowed: {', '.join(PURPOSES)}.",
        ) from None
