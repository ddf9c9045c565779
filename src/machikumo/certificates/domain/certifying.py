"""The words by which the mayor certifies (認証文): what they must hold and may not."""

from __future__ import annotations

import re

from machikumo.certificates.domain.snapshot import EXTENT, RECORD
from machikumo.kernel.errors import MachikumoError

LONGEST = 120
_PLACES = re.compile(r"[{}]")


class CertificationRefused(MachikumoError):
    """The words cannot stand on a certificate."""

    status = 422


def refuse_certification(words: str) -> None:
    """Raise CertificationRefused unless the words have each place once, no other braces, and fit their line."""
    if words.count(EXTENT) != 1 or words.count(RECORD) != 1:
        raise CertificationRefused(
            f"認証文には {EXTENT} と {RECORD} を一つずつ入れてください（「世帯全員」「住民票」などに置き換わります）。",
            f"The words need {EXTENT} and {RECORD} once each: the paper fills them in.",
        )
    if _PLACES.search(words.replace(EXTENT, "").replace(RECORD, "")) or not words.isprintable():
        raise CertificationRefused(
            "認証文に使えない文字（改行、波かっこなど）があります。取り除いてください。",
            "The words hold signs that cannot stand there (line breaks, braces). Take them out.",
        )
    if len(words) > LONGEST:
        raise CertificationRefused(
            f"認証文は{LONGEST}文字以内にしてください（今は{len(words)}文字）。",
            f"At most {LONGEST} characters; there are {len(words)}.",
        )
