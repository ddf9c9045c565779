"""The unprivileged account that programs run as when somebody starts the product as root.

PostgreSQL refuses to run as root. No account is made and no folder's rights are widened: the clone's owner,
Debian's ``postgres`` or ``nobody`` serves, and where the clone lies in a folder that only root may enter
(``/root``), the program gets the one capability that lets it pass.
"""

from __future__ import annotations

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PASSING = {
    "dac_read_search": 2,
    "dac_override": 1,
}  # name and bit of the capabilities that pass closed folders


@dataclass(frozen=True, slots=True)
class Account:
    """A system account by its numbers."""

    user: int
    group: int


def account_for(folder: Path) -> Account | None:
    """The account to lower to for programs that keep their files in ``folder``; None when we are not root.

    The owner of what is there already, else of the nearest folder above, else ``postgres``, else ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    for path in (folder, *folder.parents):
        if path.exists() and path.stat().st_uid != 0:
            return Account(path.stat().st_uid, path.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise MachikumoError(
        "root では PostgreSQL を動かせません。一般の利用者で実行してください。",
        "PostgreSQL does not run as root: please run this as an ordinary user.",
    )


def give(path: Path, account: Account | None) -> None:
    """Make the account the owner of the file or folder; nothing to do when we are not root."""
    if account is not None:
        os.chown(path, account.user, account.group)


def lowered(command: Sequence[str], account: Account | None, folders: Iterable[Path]) -> list[str]:
    """The command, run as the account (as it is when that is None) and able to enter ``folders``."""
    if account is None:
        return list(command)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise MachikumoError(
            "setpriv がありません（apt-get install util-linux）。または一般の利用者で実行してください。",
            "setpriv is missing (apt-get install util-linux); or run this as an ordinary user.",
        )
    start = [setpriv, f"--reuid={account.user}", f"--regid={account.group}", "--clear-groups"]
    if not all(_can_enter(folder, account) for folder in folders):
        capability = _passing_capability()
        start += [f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}"]
    return [*start, "--", *command]


def _can_enter(folder: Path, account: Account) -> bool:
    """Whether the account may pass every folder on the way."""
    return all(_passes(path.stat(), account) for path in (folder.resolve(), *folder.resolve().parents))


def _passes(entry: os.stat_result, account: Account) -> bool:
    if entry.st_uid == account.user:
        return bool(entry.st_mode & 0o100)
    if entry.st_gid == account.group:
        return bool(entry.st_mode & 0o010)
    return bool(entry.st_mode & 0o001)


def _passing_capability() -> str:
    """A capability that this container lets us hand on."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    bounding = next(int(line.split()[1], 16) for line in lines if line.startswith("CapBnd:"))
    for name, bit in PASSING.items():
        if bounding >> bit & 1:
            return name
    raise MachikumoError(
        "root 専用の場所では PostgreSQL を起動できません。/srv などに置くか一般の利用者で実行してください。",
        "Only root may enter this folder, so PostgreSQL cannot start: move it, or run as an ordinary user.",
    )
