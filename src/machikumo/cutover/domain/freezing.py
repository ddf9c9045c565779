"""The freeze of changes (異動凍結期間): when it holds, what it closes, and what a refused clerk reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.cutover.domain.deeds import words_of
from machikumo.cutover.domain.errors import CutoverError, Frozen
from machikumo.kernel.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

LONGEST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Freeze:
    """From the first moment on, before the last; what it closes; ``lifted_at`` ends it early."""

    starts_at: datetime
    ends_at: datetime
    closed: frozenset[str]
    lifted_at: datetime | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Whether changes are frozen at that moment."""
        return self.starts_at <= moment < self.ends_at and (self.lifted_at is None or moment < self.lifted_at)

    def closes(self, deed: str, moment: datetime) -> bool:
        """Whether that deed is refused at that moment."""
        return deed in self.closed and self.holds_at(moment)


def checked(starts_at: datetime, ends_at: datetime) -> None:
    """Raise CutoverError unless it is a time that ends after it begins, and not after more than a month."""
    if ends_at <= starts_at:
        raise CutoverError(
            "凍結の終わりは、始まりより後にしてください。", "The freeze must end after it begins: mend the times."
        )
    if (ends_at - starts_at).days > LONGEST_DAYS:
        raise CutoverError(
            f"凍結は{LONGEST_DAYS}日以内にしてください。",
            f"A freeze lasts {LONGEST_DAYS} days at most: mend the times.",
        )


def refuse_released(released_at: datetime | None) -> None:
    """Raise Conflict when a plan is released: nothing of it changes any more."""
    if released_at is not None:
        raise Conflict("この切替は確定済みです。", "This cut-over is released already.")


def refusal(deed: str, freeze: Freeze, zone: tzinfo) -> Frozen:
    """What the person reads whose deed is refused: what, until when, and the way out."""
    until = freeze.ends_at.astimezone(zone)
    ja, en = words_of(deed)
    return Frozen(
        f"システム切替のため、{until:%Y年%-m月%-d日 %H:%M}まで「{ja}」を止めています。届出は紙で預かり、"
        "凍結が終わってから入力してください。待てないときは「凍結中の緊急異動」で理由を書いて申請し、課長などの承認を受けてください。",
        f"{en} is closed until {until:%Y-%m-%d %H:%M} for the cut-over. Keep the notification on paper and enter it"
        " afterwards. What cannot wait: ask at Emergency entry with your reason; another person approves.",
    )
