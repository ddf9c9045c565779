"""The frozen facts of one certificate: all that will be printed, and nothing else, but for the numbers of the vault."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.certificates.domain.options import Extent, Options

if TYPE_CHECKING:
    from collections.abc import Mapping

Text = str | None  # None: not asked for, printed as 【省略】; "": the register holds nothing, printed as 【空欄】

EXTENT, RECORD = "{範囲}", "{種類}"  # places in the words of certification
CERTIFICATION = "この写しは、{範囲}の{種類}の原本と相違ないことを証明する。"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who certifies: municipality, office title and name of the mayor, and the words of certification (認証文)."""

    code: str
    name: str
    mayor_title: str
    mayor_name: str
    training: bool
    certification: str = CERTIFICATION


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of the past, already in words."""

    on: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class SnapshotPerson:
    """One person's printed items. Days are as printed; ``birth_date_iso`` is kept to check the print against."""

    person_id: int
    foreign: bool
    name: str
    name_kana: str
    birth_date: str
    birth_date_iso: str
    sex: str
    address: str
    address_set_on: str
    notified_on: str
    became_resident_on: str
    previous_address: str
    former_name: str = ""
    common_name: str = ""
    name_roman: str = ""
    relationship: Text = None
    registered_domicile: Text = None
    register_head: Text = None
    nationality: Text = None
    residence_category: Text = None
    residence_status: Text = None
    residence_period: Text = None
    residence_expires_on: Text = None
    residence_card_number: Text = None
    moved_address: str = ""
    removed: str = ""  # 除票: day and reason of removal, "" for a resident
    remarks: str = ""
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that one certificate shows, frozen at the check.

    ``versions``: the ids of the household's records at that moment; the paper may go out only while they are the same.
    """

    number: str
    issued_on: str  # ISO day
    issuer: Issuer
    options: Options
    address: str
    head_name: Text
    household_size: int
    persons: tuple[SnapshotPerson, ...]
    verification_url: str
    versions: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it certifies the whole household."""
        return self.options.extent is Extent.WHOLE

    def to_json(self) -> dict[str, Any]:
        """Plain values for the request's row."""
        values = dataclasses.asdict(self)
        values["options"] = self.options.to_json()
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Snapshot:
        """The snapshot of a row; equal to the one that was frozen."""
        given = dict(values)
        return cls(
            **{
                **given,
                "issuer": Issuer(**given["issuer"]),
                "options": Options.from_json(given["options"]),
                "persons": tuple(_person(person) for person in given["persons"]),
                "versions": tuple(given.get("versions", ())),
            }
        )


def _person(values: Mapping[str, Any]) -> SnapshotPerson:
    history = tuple(HistoryEntry(**entry) for entry in values["history"])
    return SnapshotPerson(**{**values, "history": history})
