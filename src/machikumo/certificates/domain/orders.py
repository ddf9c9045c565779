"""An order: everything that a request asks for, fixed when it is received."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from machikumo.certificates.domain.options import CertificateType, Options
from machikumo.certificates.domain.requests import Channel, Handover, RequestKind


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for what, of whom, on what ground, and how it is handed over."""

    person_ids: tuple[int, ...]
    kind: RequestKind
    requester_name: str
    options: Options = field(default_factory=Options)
    certificate: CertificateType = CertificateType.RESIDENCE
    channel: Channel = Channel.DESK
    handover: Handover = Handover.DESK
    identity_check: str = ""
    ground: str = ""

    def digest(self) -> str:
        """The same for the same order: a key that comes again with another order is a mistake."""
        facts = [
            sorted(self.person_ids),
            self.kind.value,
            self.requester_name,
            self.options.to_json(),
            self.certificate.value,
            self.channel.value,
            self.handover.value,
            self.identity_check,
            self.ground,
        ]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
