"""The papers of certificates for the exit package (出口), opened: the keys that close them stay here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from machikumo.certificates import safekeeping
from machikumo.certificates.models import CertificateDocument
from machikumo.kernel.ledger import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

PAPERS = "certificates/papers/"


def papers_part(scope: Scope) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each paper as ``<request>.pdf``; SealBroken when one was altered, for a package must not hold a wrong paper."""
    papers = CertificateDocument.objects.within(scope).order_by("pk")
    record(scope, event="certificates.exported", ground="exit_package", details={"papers": papers.count()})
    for paper in papers.iterator(chunk_size=100):
        document = safekeeping.unclose(scope, paper.request_id, bytes(paper.sealed), paper.key_version)
        if safekeeping.digest(document) != paper.sha256:
            raise safekeeping.SealBroken
        yield f"{paper.request_id}.pdf", iter([document])


def take_papers(scope: Scope, arrival: Any) -> int:
    """Keep each paper of a package, closed with the key of this installation; SealBroken for one of another content."""
    rows = [json.loads(line) for line in arrival.lines(f"tables/{CertificateDocument._meta.db_table}.jsonl")]
    for row in rows:
        with arrival.open(f"{PAPERS}{row['request_id']}.pdf") as paper:
            document = paper.read()
        if safekeeping.digest(document) != row["sha256"]:
            raise safekeeping.SealBroken
        sealed, version = safekeeping.close(scope, UUID(row["request_id"]), document)
        CertificateDocument.objects.add(
            scope,
            request_id=row["request_id"],
            sha256=row["sha256"],
            sealed=sealed,
            key_version=version,
            size=row["size"],
            made_at=row["made_at"],
        )
    return len(rows)
