"""Who may ask for what, and how it may be handed over.

Source: 住民基本台帳法 12条, 12条の3 and the municipalities' own pages; known from memory (未確認), see
docs/decisions/0010-issuing-core.md.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.certificates.domain.options import OPTION_TEXTS, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.certificates.domain.options import Options


class RequestKind(enum.Enum):
    """Who asks."""

    SELF = "self"
    SAME_HOUSEHOLD = "same_household"
    PROXY = "proxy"
    THIRD_PARTY = "third_party"

    @property
    def label_ja(self) -> str:
        """Official words."""
        return {
            "self": "本人",
            "same_household": "同一世帯の人",
            "proxy": "代理人（委任状など）",
            "third_party": "第三者（住民基本台帳法第12条の3）",
        }[self.value]

    @property
    def label_en(self) -> str:
        """The same in English."""
        return {
            "self": "The person",
            "same_household": "Member of the same household",
            "proxy": "Proxy with a letter of attorney",
            "third_party": "Third party (Basic Resident Register Act, art. 12-3)",
        }[self.value]


class Channel(enum.Enum):
    """How the request came in."""

    DESK = "desk"
    POST = "post"
    ONLINE = "online"
    KIOSK = "kiosk"

    @property
    def label(self) -> str:
        """Official words."""
        return {"desk": "窓口", "post": "郵送", "online": "オンライン", "kiosk": "コンビニ等の端末"}[self.value]


class Handover(enum.Enum):
    """How the paper is handed over."""

    DESK = "desk"
    POST_TO_PERSON = "post_to_person"
    KIOSK = "kiosk"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a request cannot be granted as asked; ``field`` is the form's field to look at."""

    field: str
    message_ja: str
    message_en: str


NUMBERS = ("individual_number", "resident_record_code")
BASIC_ONLY = tuple(text.key for text in OPTION_TEXTS)  # 基礎証明事項 hold none of the options


def refusals(kind: RequestKind, options: Options, *, ground: str, handover: Handover = Handover.DESK) -> list[Refusal]:
    """Why the request cannot be granted as asked; empty when it can."""
    return [*_by_kind(kind, options, ground, handover), *_by_layout(options)]


def _by_kind(kind: RequestKind, options: Options, ground: str, handover: Handover) -> Iterator[Refusal]:
    if kind is RequestKind.THIRD_PARTY:
        yield from _third_party(options)
    if kind is RequestKind.PROXY and options.shows_numbers and handover is not Handover.POST_TO_PERSON:
        yield Refusal(
            "individual_number",
            "代理人には、個人番号・住民票コードを記載した写しを窓口で渡せません。本人の住所へ郵送してください。",
            "A copy with numbers cannot be handed to a proxy. Post it to the person's own address.",
        )
    if kind in {RequestKind.THIRD_PARTY, RequestKind.PROXY} and not ground.strip():
        yield Refusal(
            "ground",
            "請求の理由（使いみち・提出先、または委任の内容）を入力してください。",
            "Enter the ground of the request (use and recipient, or what was delegated).",
        )


def _third_party(options: Options) -> Iterator[Refusal]:
    for text in OPTION_TEXTS:
        if not getattr(options, text.key):
            continue
        never = "どのような場合も" if text.key in NUMBERS else ""
        yield Refusal(
            text.key,
            f"第三者の請求では、{text.label_ja}は{never}記載できません。基礎証明事項だけにしてください。",
            f"{text.label_en} cannot be shown to a third party; basic items only.",
        )


def _by_layout(options: Options) -> Iterator[Refusal]:
    if options.history and options.layout is not Layout.INDIVIDUAL:
        yield Refusal(
            "history",
            "異動の履歴は個人票だけに記載できます。様式で「個人票」を選んでください。",
            "The history of changes is shown only on the one-person layout.",
        )
