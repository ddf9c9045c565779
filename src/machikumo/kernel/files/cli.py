"""``python -m machikumo key …``: keys for files that leave the platform closed. Needs no Django and no database."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from machikumo.kernel.errors import MachikumoError


def register(commands: Any) -> None:
    """Add ``machikumo key …``."""
    room = commands.add_parser("key", help="書き出したファイルの鍵を作る・開ける / keys of files that leave")
    verbs = room.add_subparsers(dest="verb", metavar="verb", required=True)
    make = verbs.add_parser("make", help="鍵の組を作り、公開鍵を表示する / make a pair and print the public key")
    make.add_argument("--out", type=Path, required=True, help="秘密鍵の書き出し先 / file for the secret key")
    make.set_defaults(run=run_make)
    opening = verbs.add_parser("open", help="閉じたファイルを開ける / open a closed file")
    opening.add_argument("file", type=Path, help="閉じたファイル / the closed file")
    opening.add_argument("--key", type=Path, required=True, help="秘密鍵のファイル / file of the secret key")
    opening.add_argument("--out", type=Path, required=True, help="書き出し先 / file to write")
    opening.set_defaults(run=run_open)


def run_make(chosen: Any) -> int:
    """Write the secret key where only its owner reads it, and print the public one. An existing file stays."""
    from machikumo.kernel.files.closing import new_key

    public, secret = new_key()
    try:
        place = os.open(chosen.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        return _refused(f"鍵を書けません: {error}", f"the key cannot be written: {error}")
    with os.fdopen(place, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{secret}\n")
    sys.stdout.write(f"{public}\n")
    return 0


def run_open(chosen: Any) -> int:
    """Write what is in the file; when it does not open, nothing stays behind."""
    from machikumo.kernel.files.closing import open_closed

    part = chosen.out.with_name(f"{chosen.out.name}.part")
    try:
        with chosen.file.open("rb") as source, part.open("wb") as out:
            open_closed(source, out, chosen.key.read_text(encoding="utf-8"))
        part.rename(chosen.out)
    except MachikumoError as error:
        return _refused(error.message_ja, error.message_en)
    except OSError as error:
        return _refused(f"ファイルを扱えません: {error}", f"the file cannot be used: {error}")
    finally:
        part.unlink(missing_ok=True)
    return 0


def _refused(japanese: str, english: str) -> int:
    sys.stderr.write(f"{japanese}\n{english}\n")
    return 1
