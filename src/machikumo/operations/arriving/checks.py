"""What is looked at before anything of a package comes in; each refusal says what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger.exporting import CHECKPOINTS, ENTRIES, KEY
from machikumo.kernel.tenancy.models import OrganisationMode
from machikumo.operations import plan as plans
from machikumo.operations.domain.former import FormerHead, verified_head
from machikumo.operations.domain.package import PackageFault
from machikumo.operations.queries import table_with_rows, unknown_codes

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.operations.arriving.arrival import Arrival

MODES = {OrganisationMode.LIVE: ("本番", "live"), OrganisationMode.TRAINING: ("練習", "training")}


def refuse_other_town(arrival: Arrival, only: str) -> None:
    """PackageFault when the package is of another town than the one that is allowed, if one is."""
    code = arrival.manifest.organisation
    if only and code != only:
        raise PackageFault(
            f"これは団体 {code} のパッケージです。その団体で読み込んでください。",
            f"This is the package of {code}: load it in that organisation.",
        )


def refuse_unsigned(arrival: Arrival, signer: str) -> None:
    """PackageFault unless the package is signed, and by the key of that fingerprint where one is given."""
    found = arrival.manifest.signer
    if not found:
        raise PackageFault(
            "署名がありません。旧環境を更新してから、もう一度持ち出してください。",
            "The package is not signed: update the former installation and make it again.",
        )
    if signer and found != signer.replace(" ", "").replace(":", "").lower():
        raise PackageFault(
            f"署名した鍵が違います（パッケージの指紋 {found}）。旧環境の担当者に指紋を確かめてください。",
            f"Another key signed it (fingerprint {found}): ask the former installation for its fingerprint.",
        )


def refuse_unknown_tables(arrival: Arrival) -> None:
    """PackageFault when the package holds a table or column that this version does not know: it is a newer one's."""
    here = {
        model._meta.db_table: {one.column for one in model._meta.concrete_fields} for model in plans.tenant_models()
    }
    for table, columns in arrival.tables.items():
        if table in plans.LEFT_BEHIND:
            continue
        unknown = set(columns) - here.get(table, set())
        if unknown:
            where = f"{table}.{min(unknown)}"
            raise PackageFault(
                f"このまちくもが知らない項目があります（{where}）。新しい版で作られたパッケージです。先に更新してください。",
                f"This Machikumo does not know {where}: a newer version made the package. Please update first.",
            )


def refuse_other_mode(arrival: Arrival, organisation: Organisation) -> None:
    """PackageFault when live data would come into a training organisation, or made-up data into a live one."""
    theirs = str(arrival.town.get("mode", ""))
    if theirs != organisation.mode:
        ja, en = MODES[OrganisationMode(organisation.mode)]
        raise PackageFault(
            f"この団体は{ja}です。区分の違うパッケージは読み込めません（本番と練習は混ぜません）。",
            f"This organisation is {en}: a package of the other kind does not come in; the two never mix.",
        )


def refuse_unknown_bodies(arrival: Arrival) -> None:
    """PackageFault naming the organisations that the package names and that are not registered here."""
    codes: dict[str, str] = arrival.manifest.facts.get("organisations", {})
    unknown = unknown_codes(codes.values())
    if unknown:
        raise PackageFault(
            f"ここに登録されていない団体があります: {', '.join(unknown)}。"
            "先に machikumo organisations register を実行してください。",
            f"Not registered here: {', '.join(unknown)}. Run machikumo organisations register first.",
        )


def refuse_unless_empty(scope: Scope) -> None:
    """Conflict unless the organisation holds nothing but its people and the package itself."""
    if table_with_rows(scope):
        raise Conflict(
            "この団体にはすでにデータがあります。パッケージは空の団体にだけ読み込めます。",
            "The organisation holds data already: a package comes into an empty one only.",
        )


def former_head(arrival: Arrival, folder: str = "ledger/") -> FormerHead:
    """The head of a former log in the package; PackageFault when the log does not verify by its own key."""
    notes = [json.loads(line)["note"] for line in arrival.lines(f"{folder}{CHECKPOINTS}")]
    key = b"".join(arrival.lines(f"{folder}{KEY}")).decode("ascii", "replace")
    return verified_head(arrival.lines(f"{folder}{ENTRIES}"), notes, key)
