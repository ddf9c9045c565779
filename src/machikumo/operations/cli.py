"""``python -m machikumo operations …``: the exit package made by command, and opened where nothing of ours runs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from machikumo.kernel.errors import MachikumoError


def register(commands: Any) -> None:
    """Add ``machikumo operations …``."""
    room = commands.add_parser("operations", help="持ち出しパッケージを作る・開ける / the exit package")
    verbs = room.add_subparsers(dest="verb", metavar="verb", required=True)
    export = verbs.add_parser("export", help="全データを持ち出す / take away all data, closed for a key")
    export.add_argument("code", help="団体コード / the organisation")
    export.add_argument("--recipient", required=True, metavar="age1…", help="受け取る人の公開鍵 / public key")
    export.add_argument("--out", type=Path, required=True, help="書き出し先 / file to write")
    export.set_defaults(run=run_export, needs_django=True)
    opening = verbs.add_parser("open", help="開けて目録と照合する / open it and compare it with its manifest")
    opening.add_argument("file", type=Path, help="パッケージ / the package")
    opening.add_argument("--key", type=Path, required=True, help="秘密鍵のファイル / file of the secret key")
    opening.add_argument("--out", type=Path, required=True, help="書き出し先（zip） / zip file to write")
    opening.set_defaults(run=run_open)
    loading = verbs.add_parser("load", help="空の団体に読み込む / load it into an empty organisation")
    loading.add_argument("file", type=Path, help="パッケージ / the package")
    loading.add_argument(
        "--key", type=Path, help="秘密鍵のファイル（省略すると、この環境の受取用の鍵） / file of the secret key"
    )
    loading.add_argument("--signer", default="", help="旧環境に確かめた署名の指紋 / fingerprint of who signed it")
    loading.set_defaults(run=run_load, needs_django=True)
    files = verbs.add_parser(
        "verify-files", help="保管ファイルをすべて開いて照合する / open and verify every stored file"
    )
    files.set_defaults(run=run_verify_files, needs_django=True)
    receiving = verbs.add_parser("receiving-key", help="受取用の公開鍵を表示する / print the key to close packages for")
    receiving.set_defaults(run=run_receiving_key, needs_django=True)


def run_export(chosen: Any) -> int:
    """Make the package and copy it to where it was asked for; the organisation's ledger keeps who did it."""
    from machikumo.kernel.files.actions import open_file
    from machikumo.operations.actions import make_exit_package
    from machikumo.organisations.queries import organisation
    from machikumo.organisations.registration import command_scope

    try:
        scope = command_scope(organisation(chosen.code), purpose="operations")
        stored = make_exit_package(scope, recipient=chosen.recipient)
        _, place = open_file(scope, token=stored.token)
    except MachikumoError as error:
        return _refused(error)
    with place.open() as source, chosen.out.open("wb") as out:
        shutil.copyfileobj(source, out)
    sys.stdout.write(f"{chosen.out}: {stored.size:,} bytes, SHA-256 {stored.sha256}\n")
    return 0


def run_open(chosen: Any) -> int:
    """Open the package, and keep what is in it only when every part is as the manifest says."""
    from machikumo.kernel.files.closing import open_closed
    from machikumo.operations.domain.package import verify

    part = chosen.out.with_name(f"{chosen.out.name}.part")
    try:
        with chosen.file.open("rb") as source, part.open("wb") as out:
            open_closed(source, out, chosen.key.read_text(encoding="utf-8"))
        with part.open("rb") as whole:
            parts = verify(whole)
        part.rename(chosen.out)
    except MachikumoError as error:
        return _refused(error)
    except OSError as error:
        return _refused(MachikumoError(f"ファイルを扱えません: {error}", f"the file cannot be used: {error}"))
    finally:
        part.unlink(missing_ok=True)
    sys.stdout.write(f"{chosen.out}: {len(parts)} 件すべて目録と一致 / all {len(parts)} parts as the manifest says\n")
    return 0


def run_load(chosen: Any) -> int:
    """Load the package into the town that it is of, and say what came in; safe to run again after it was broken off."""
    from machikumo.operations.arriving.loading import load
    from machikumo.operations.arriving.rights import with_rights
    from machikumo.operations.receiving import secret_key
    from machikumo.organisations.registration import command_scope

    try:
        key = chosen.key.read_text(encoding="utf-8") if chosen.key else secret_key()
        with chosen.file.open("rb") as closed:
            loaded = load(
                closed,
                key,
                scope_in=lambda town: with_rights(command_scope(town, purpose="operations")),
                signer=chosen.signer,
                say=_say,
            )
    except MachikumoError as error:
        return _refused(error)
    except OSError as error:
        return _refused(MachikumoError(f"ファイルを扱えません: {error}", f"the file cannot be used: {error}"))
    _say(
        f"{loaded.organisation}: {loaded.rows:,} 行、ファイル {loaded.files:,} 件、"
        f"旧環境の証跡 {loaded.former_rows:,} 行",
        f"{loaded.rows:,} rows, {loaded.files:,} files, {loaded.former_rows:,} rows of the former ledger",
    )
    for name in loaded.missing:
        _say(f"もとの環境で失われていたファイル: {name}", f"lost in the former installation: {name}")
    if not chosen.signer:
        _say(
            f"署名の指紋 {loaded.signer} を、旧環境の担当者に確かめてください",
            "ask the former installation whether this is the fingerprint of its key",
        )
    return 0


def run_verify_files(_chosen: Any) -> int:
    """Open every stored file of every organisation and compare its hash; 1 when one is missing or damaged."""
    from machikumo.operations.queries import all_organisations, damaged_files
    from machikumo.organisations.registration import command_scope

    whole, bad = 0, []
    for town in all_organisations():
        good, damaged = damaged_files(command_scope(town, purpose="operations"))
        whole += good
        bad += [f"{town.code}/{token}" for token in damaged]
    for name in bad:
        sys.stderr.write(f"壊れているか、ありません / damaged or missing: {name}\n")
    sys.stdout.write(
        f"保管ファイル {whole:,} 件は正常、{len(bad):,} 件は異常 / {whole:,} files whole, {len(bad):,} not\n"
    )
    return 1 if bad else 0


def run_receiving_key(_chosen: Any) -> int:
    """Print the public half of the installation's key for packages; made at first use."""
    from machikumo.operations.receiving import public_key

    sys.stdout.write(f"{public_key()}\n")
    return 0


def _say(ja: str, en: str) -> None:
    sys.stdout.write(f"{ja} / {en}\n")
    sys.stdout.flush()


def _refused(error: MachikumoError) -> int:
    sys.stderr.write(f"{error.message_ja}\n{error.message_en}\n")
    return 1
