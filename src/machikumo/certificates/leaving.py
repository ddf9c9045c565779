"""The papers of certificates for the exit package (出口), opened: the keys that close them stay here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates import safekeeping
from machikumo.certificates.models import CertificateDocument
from machikumo.kernel.ledger import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope


def papers_part(scope: Scope) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each paper as ``<request>.pdf``; SealBroken when one was altered, for a package must not hold a wrong paper."""
    papers = CertificateDocument.objects.within(scope).order_by("pk")
    record(scope, event="certificates.exported", ground="exit_package", details={"papers": papers.count()})
    for paper in papers.iterator(chunk_size=100):
        document = safekeeping.unclose(scope, paper.request_id, bytes(paper.sealed), paper.key_version)
        if safekeeping.digest(document) != paper.sha256:
            raise safekeeping.SealBroken
        yield f"{paper.request_id}.pdf", iter([document])
