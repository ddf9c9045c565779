"""What may be wrong with a date; each error says what was read and, where it can, what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from datetime import date


class WarekiError(MachikumoError):
    """Base of the errors of dates."""


class UnreadableDate(WarekiError):
    """The text has none of the known forms of a date."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"日付「{text}」を読み取れません。「令和6年5月1日」「R6.5.1」「2024-05-01」のように入力してください。",
            f"Cannot read the date '{text}': write it like 令和6年5月1日, R6.5.1 or 2024-05-01.",
        )


class UnknownEra(WarekiError):
    """The era, or its code, is not in the table."""

    def __init__(self, text: str, era: str) -> None:
        super().__init__(
            f"日付「{text}」の元号「{era}」は元号表にありません。"
            "明治・大正・昭和・平成・令和のいずれかを確認してください。",
            f"The era '{era}' of the date '{text}' is not in the table of eras.",
        )


class NoSuchDay(WarekiError):
    """The calendar has no such day, such as 令和5年2月29日."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"「{text}」という日は暦にありません。月と日を確認してください。",
            f"The calendar has no day '{text}': check month and day.",
        )


class OutsideEra(WarekiError):
    """The day lies outside its era, such as 平成31年5月1日.

    ``day`` and ``suggestion`` hold what was probably meant.
    """

    def __init__(self, text: str, day: date, suggestion: str) -> None:
        self.day = day
        self.suggestion = suggestion
        super().__init__(
            f"「{text}」は元号の期間の外です。「{suggestion}」の誤りではありませんか?",
            f"'{text}' lies outside its era. Is '{suggestion}' ({day:%Y-%m-%d}) meant?",
        )


class OldCalendarDate(WarekiError):
    """The date is of the lunisolar calendar that ended with 明治5年12月2日."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"「{text}」は旧暦 (明治5年12月2日以前) の日付です。"
            "西暦に換算せず、不詳表記の欄に原文のまま入力してください。",
            f"'{text}' is a date of the old calendar (before 1873): keep it as written in the text field.",
        )
