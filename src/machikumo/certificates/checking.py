"""What several steps ask of a request: its blocks, and its own paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.certificates import queries, safekeeping
from machikumo.certificates.domain.blocks import check_blocks, level_of
from machikumo.certificates.domain.options import Options
from machikumo.certificates.domain.requests import Channel
from machikumo.certificates.errors import RecordChanged
from machikumo.certificates.sources import Register, Vault

if TYPE_CHECKING:
    from machikumo.certificates.domain.records import HouseholdRecord
    from machikumo.certificates.domain.snapshot import Snapshot
    from machikumo.certificates.models import (
        CertificateRequest,
    )
    from machikumo.kernel.scope import Scope
    from machikumo.register.domain.blocks import BlockLevel

register, vault = Register(), Vault()


def block_level(scope: Scope, household: HouseholdRecord, channel: Channel) -> BlockLevel | None:
    """What the blocks on any member ask for on that channel today; true until the transaction's end."""
    blocks = register.blocks_on(scope, household.person_ids)
    return level_of(blocks, channel, timezone.localdate())


def household_unblocked(scope: Scope, request: CertificateRequest) -> HouseholdRecord:
    """The household, unless a block on any member holds this request back; true until the transaction's end.

    Its people are held first and their records read after that, so that no correction comes between.
    """
    history = Options.from_json(request.options).history
    household = register.household_of(scope, request.person_ids[0], history=history)
    while True:
        level = block_level(scope, household, Channel(request.channel))
        check_blocks(level, approved=bool(request.approved_by))
        held, household = household, register.household_of(scope, request.person_ids[0], history=history)
        if set(household.person_ids) <= set(held.person_ids):
            return household


def household_unchanged(scope: Scope, request: CertificateRequest, snapshot: Snapshot) -> HouseholdRecord:
    """The household as ``household_unblocked`` gives it; RecordChanged unless its records are those of the check."""
    household = household_unblocked(scope, request)
    if household.versions != snapshot.versions:
        raise RecordChanged
    return household


def paper_bytes(scope: Scope, request: CertificateRequest) -> bytes:
    """The request's own paper, opened; SealBroken unless its content is what was rendered."""
    row = queries.document_of(scope, request.pk)
    document = safekeeping.unclose(scope, request.pk, bytes(row.sealed), row.key_version)
    if not safekeeping.digest(document) == row.sha256 == request.document_sha256:
        raise safekeeping.SealBroken
    return document
