"""Commands of the ledger: seal, verify, export."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from machikumo.kernel.ledger.verifying import Verification
    from machikumo.kernel.tenancy.models import Organisation


def register(commands: Any) -> None:
    """Add ``machikumo ledger …``."""
    room = commands.add_parser("ledger", help="seal, verify and export the log of who saw and changed what (証跡)")
    verbs = room.add_subparsers(dest="verb", metavar="verb", required=True)
    seal = verbs.add_parser("seal", help="seal what was committed since the last time and tell the witnesses")
    seal.add_argument("--every", type=float, default=0, metavar="SECONDS", help="go on until stopped")
    _organisation_argument(seal)
    seal.add_argument("--whole", action="store_true", help="look at every row: after a restore or a move")
    _witness_argument(seal)
    seal.set_defaults(run=run_seal, needs_django=True)
    verify = verbs.add_parser("verify", help="find altered, removed, reordered or rolled-back rows; exit 1 if any")
    _organisation_argument(verify)
    _witness_argument(verify)
    verify.set_defaults(run=run_verify, needs_django=True)
    export = verbs.add_parser("export", help="write a log as files that an outsider can verify")
    export.add_argument("--organisation", required=True, metavar="CODE")
    export.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    _witness_argument(export)
    export.set_defaults(run=run_export, needs_django=True)


def run_seal(chosen: Any) -> int:
    """Seal once, or again and again; 1 when a log is broken or a witness refuses.

    With ``--every`` a database that is away is waited for.
    """
    from django.db import Error, connections

    while True:
        try:
            is_right = _seal_once(chosen)
        except Error as error:
            if not chosen.every:
                raise
            _complain(f"データベースを待っています / waiting for the database: {error}")
            connections.close_all()
        if not chosen.every:
            return 0 if is_right else 1
        time.sleep(chosen.every)


def _seal_once(chosen: Any) -> bool:
    """Seal and say so; whether every log and witness was content."""
    from machikumo.kernel.ledger.sealing import seal

    troubles: list[Any] = []
    found = seal(
        organisations=chosen.organisation,
        witness_folder=chosen.witness,
        whole=chosen.whole,
        complain=troubles.append,
    )
    for done in found:
        _say(f"{done.organisation}: {done.rows} 件を封印しました（計 {done.size} 件） / {done.rows} rows sealed")
    for error in troubles:
        _complain(f"{error.message_ja}\n{error.message_en}")
    return not troubles


def run_verify(chosen: Any) -> int:
    """Verify the chosen logs, or all; 1 when anything is wrong."""
    from machikumo.kernel.ledger.verifying import verify

    wrong = 0
    for organisation in _organisations(chosen.organisation):
        result = verify(organisation, witness_folder=chosen.witness)
        if result.size or result.findings or result.waiting or chosen.organisation:
            _say(_verdict(result))
        wrong += not result.is_right
    return 1 if wrong else 0


def run_export(chosen: Any) -> int:
    """Write the files, and a row about it into the log itself."""
    from machikumo.kernel.ledger import exporting, record
    from machikumo.kernel.tenancy.doors import entered

    (organisation,) = _organisations([chosen.organisation])
    scope = _command_scope(organisation)
    with entered(scope):
        record(scope, event="ledger.exported", details={"by": "command"})
    done = exporting.export_log(organisation, chosen.out, witness_folder=chosen.witness)
    _say(f"{organisation.code}: {done.rows} 件を {chosen.out} に書き出しました / {done.rows} rows written")
    return 0


def _verdict(result: Verification) -> str:
    """The result in words; the first line is the verdict."""
    from machikumo.kernel.ledger.domain.words import CALL, finding_words

    word = "OK" if result.is_right else "NG"
    seen = "、".join(result.witnesses) or "なし"
    lines = [
        (
            f"{word}  {result.organisation}: {result.size} 件、チェックポイント {result.checkpoints}、証人 {seen}、"
            f"未封印 {result.waiting} 件 / {result.size} rows, {result.checkpoints} checkpoints"
        )
    ]
    for finding in result.findings:
        lines += [f"    {text}" for text in finding_words(finding)]
    lines += [f"    {table}: 防御が外されています / its walls are down" for table in result.open_walls]
    if not result.is_right:
        lines += [f"    {text}" for text in CALL]
    return "\n".join(lines)


def _organisations(codes: list[str]) -> list[Organisation]:
    """The named organisations, or all that have a log."""
    from machikumo.kernel.ledger.queries import organisations_with_logs

    found = organisations_with_logs(codes)
    missing = set(codes) - {organisation.code for organisation in found}
    if missing:
        _complain(f"団体がありません / no such organisation: {', '.join(sorted(missing))}")
        raise SystemExit(2)
    return found


def _command_scope(organisation: Organisation) -> Any:
    """Whoever typed the command, acting for the organisation's audit."""
    import getpass

    from machikumo.kernel.scope import Scope

    return Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=f"command:{getpass.getuser()}",
        role="platform_operator",
        purpose="audit",
        training=organisation.is_training,
    )


def _organisation_argument(parser: Any) -> None:
    parser.add_argument("--organisation", action="append", default=[], metavar="CODE", help="only this one; repeatable")


def _witness_argument(parser: Any) -> None:
    parser.add_argument("--witness", type=Path, metavar="FOLDER", help="the witnesses' folder (var/witness)")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _complain(line: str) -> None:
    sys.stderr.write(line + "\n")
