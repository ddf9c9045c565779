"""What issuing rests on and is known only from memory: shown as 未確認 until a municipality has confirmed it.

Source: data/certificates/statements.toml, fees.toml and residence_codes.toml; docs/decisions/0010-issuing-core.md.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.certificates.domain.requests import RequestKind
from machikumo.certificates.domain.sheets import A_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from machikumo.certificates.domain.fees import Fee
    from machikumo.certificates.domain.options import Options
    from machikumo.certificates.domain.requests import Channel

Pair = tuple[str, str]
ALWAYS, CHANNEL = "always", "channel:"
FROM_FEES: Pair = (
    "多くの市区町村のページに見られる額（市区町村の手数料条例と照合のこと）",
    "An amount common on municipalities' pages; compare with the municipality's fee ordinance",
)
FROM_CODES: Pair = (
    "この製品の再構成による（公式のコード表と照合のこと）",
    "This product's own reconstruction; compare with the official code lists",
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing to confirm: its title and text and what it is known from, each (Japanese, English).

    ``when`` says on which requests it bears; ``confirmed`` is True for one that the data confirm themselves.
    """

    key: str
    when: str
    title: Pair
    text: Pair
    source: Pair
    confirmed: bool = False

    @property
    def digest(self) -> str:
        """Names the text: a confirmation holds for this very text and no other."""
        return hashlib.sha256(self.text[0].encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request decides which statements bear on it."""

    kind: RequestKind
    options: Options
    channel: Channel
    people: int

    @property
    def bearings(self) -> frozenset[str]:
        """The values of ``when`` that hold for it."""
        holds = {
            ALWAYS: True,
            "third_party": self.kind is RequestKind.THIRD_PARTY,
            "proxy_numbers": self.kind is RequestKind.PROXY and self.options.shows_numbers,
            "several_sheets": self.people > A_SHEET[self.options.layout],
            "residence_status": self.options.residence_status,
            f"{CHANNEL}{self.channel.value}": True,
        }
        return frozenset(when for when, held in holds.items() if held)


def bearing(statements: Iterable[Statement], asked: Asked) -> list[Statement]:
    """The statements on which that request rests, in the order of the file."""
    return [statement for statement in statements if statement.when in asked.bearings]


def statements_from(data: Mapping[str, Any], fees: Iterable[Fee], codes: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Every statement: those of the file, one for each fee, and the table of codes; a missing key raises KeyError."""
    written = [
        Statement(row["key"], row["when"], _pair(row["title"]), _pair(row["text"]), _pair(row["source"]))
        for row in data["statement"]
    ]
    return (*written, *(_of_fee(fee) for fee in fees), _of_codes(codes))


def key_of_fee(fee: Fee) -> str:
    """The key of the statement about a fee."""
    return f"fee.{fee.channel.value}.{fee.valid_from.isoformat()}"


def _pair(words: Iterable[str]) -> Pair:
    ja, en = words
    return ja, en


def _of_fee(fee: Fee) -> Statement:
    since = fee.valid_from.isoformat()
    return Statement(
        key=key_of_fee(fee),
        when=f"{CHANNEL}{fee.channel.value}",
        title=(f"手数料（{fee.channel.label}）", f"Fee ({fee.channel.value})"),
        text=(
            f"{fee.certificate.label}の手数料（{fee.channel.label}）は、{since}から1通{fee.yen}円とする。",
            f"A certificate of residence costs {fee.yen} yen ({fee.channel.value}) from {since}.",
        ),
        source=FROM_FEES,
        confirmed=fee.confirmed,
    )


def _of_codes(codes: Mapping[str, Any]) -> Statement:
    rows = [f"{code} {word}" for table in ("category", "status") for code, word in codes[table].items()]
    listed = "、".join(rows)
    return Statement(
        key="residence_codes",
        when="residence_status",
        title=("外国人住民の区分・在留資格のコードの言葉", "Words for the codes of foreign residents' items"),
        text=(f"コードの意味は次のとおりとする：{listed}", f"The codes mean: {listed}"),
        source=FROM_CODES,
        confirmed=codes["confirmed"],
    )
