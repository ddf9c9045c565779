"""Fees by certificate, channel and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.certificates.domain.options import CertificateType
from machikumo.certificates.domain.requests import Channel
from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class NoFee(MachikumoError):
    """The table has no fee for this certificate, channel and day."""

    status = 409


@dataclass(frozen=True, slots=True)
class Fee:
    """One row of the fee table; yen for one copy. Unconfirmed rows are shown as 未確認."""

    certificate: CertificateType
    channel: Channel
    yen: int
    valid_from: date
    valid_until: date | None
    confirmed: bool
    source: str

    def applies(self, certificate: CertificateType, channel: Channel, on: date) -> bool:
        """Whether this row is the one for that request."""
        return (
            (self.certificate, self.channel) == (certificate, channel)
            and self.valid_from <= on
            and (self.valid_until is None or on <= self.valid_until)
        )


def fees_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Fee, ...]:
    """The table's rows as read from TOML; a missing key raises KeyError, a negative amount ValueError."""
    return tuple(_fee(row) for row in rows)


def _fee(row: Mapping[str, Any]) -> Fee:
    if row["yen"] < 0:
        raise ValueError(f"a fee below zero: {row}")
    return Fee(
        certificate=CertificateType(row["certificate"]),
        channel=Channel(row["channel"]),
        yen=row["yen"],
        valid_from=row["valid_from"],
        valid_until=row.get("valid_until"),
        confirmed=row["confirmed"],
        source=row["source"],
    )


def fee_for(fees: Iterable[Fee], certificate: CertificateType, channel: Channel, on: date) -> Fee:
    """The fee of that day, the latest start first; NoFee when there is none."""
    fitting = [fee for fee in fees if fee.applies(certificate, channel, on)]
    if not fitting:
        raise NoFee(
            f"{certificate.label}（{channel.label}）の手数料が{on.isoformat()}の表にありません。手数料の表を確認してください。",
            f"The fee table has no row for {certificate.value} by {channel.value} on {on.isoformat()}.",
        )
    return max(fitting, key=lambda fee: fee.valid_from)
