"""What a certificate of residence (住民票の写し) may show, and what the requester asked for.

Source: 住民基本台帳法 7条, 12条; items and layouts as in docs/decisions/0010-issuing-core.md (law text: 未確認).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class CertificateType(enum.Enum):
    """Kinds of certificate that this room issues."""

    RESIDENCE = "residence"

    @property
    def label(self) -> str:
        """Official name."""
        return {"residence": "住民票の写し"}[self.value]


class Layout(enum.Enum):
    """Form of the paper: 世帯連記式 (four people a sheet) or 個人票 (one)."""

    HOUSEHOLD = "household"
    INDIVIDUAL = "individual"

    @property
    def label(self) -> str:
        """Official name."""
        return {"household": "世帯連記式", "individual": "個人票"}[self.value]


class Extent(enum.Enum):
    """The whole household or some of its members."""

    WHOLE = "whole"
    PART = "part"

    @property
    def label(self) -> str:
        """Official name."""
        return {"whole": "世帯全員", "part": "世帯の一部"}[self.value]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; everything that is not asked for is omitted and printed as 【省略】."""

    layout: Layout = Layout.HOUSEHOLD
    extent: Extent = Extent.WHOLE
    relationship: bool = False  # 続柄・世帯主
    domicile: bool = False  # 本籍・筆頭者
    individual_number: bool = False
    resident_record_code: bool = False
    nationality: bool = False  # 国籍・地域
    residence_status: bool = False  # 法第30条の45に規定する区分, 在留資格, 在留期間等, 満了の日
    residence_card: bool = False  # 在留カード等の番号
    history: bool = False  # 異動履歴, only on the 個人票

    @property
    def shows_numbers(self) -> bool:
        """Whether the vault must be opened for it."""
        return self.individual_number or self.resident_record_code

    def to_json(self) -> dict[str, Any]:
        """Plain values for the request's row."""
        return {
            item.name: value.value if isinstance(value := getattr(self, item.name), enum.Enum) else value
            for item in fields(self)
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Options:
        """The options of a row; unknown keys raise TypeError, missing ones are not asked for."""
        given = dict(values)
        layout = Layout(given.pop("layout", Layout.HOUSEHOLD.value))
        extent = Extent(given.pop("extent", Extent.WHOLE.value))
        return cls(layout=layout, extent=extent, **{key: bool(value) for key, value in given.items()})


@dataclass(frozen=True, slots=True)
class OptionText:
    """How one optional item is named on the form."""

    key: str
    label_ja: str
    label_en: str


OPTION_TEXTS = (
    OptionText("relationship", "世帯主・続柄", "Head of household and relationship"),
    OptionText("domicile", "本籍・筆頭者", "Registered domicile and its head"),
    OptionText("individual_number", "個人番号（マイナンバー）", "Individual Number"),
    OptionText("resident_record_code", "住民票コード", "Resident record code"),
    OptionText("nationality", "国籍・地域（外国人住民）", "Nationality or region (foreign residents)"),
    OptionText(
        "residence_status", "在留資格・在留期間等（外国人住民）", "Status and period of residence (foreign residents)"
    ),
    OptionText("residence_card", "在留カード等の番号（外国人住民）", "Residence card number (foreign residents)"),
    OptionText("history", "異動の履歴（個人票のみ）", "History of changes (one-person layout only)"),
)
