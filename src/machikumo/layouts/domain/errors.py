"""What this room raises."""

from __future__ import annotations

from machikumo.kernel.errors import MachikumoError


class LayoutError(MachikumoError):
    """Base of the errors of this room."""


class BadDefinition(LayoutError):
    """A layout, code list, mapping or 外字 file is wrong: says which file and which field."""

    def __init__(self, where: str, what_ja: str, what_en: str) -> None:
        super().__init__(f"定義「{where}」: {what_ja}", f"Definition '{where}': {what_en}")
        self.where = where


class FastPathMissing(LayoutError):
    """Polars is not installed, and the caller asked for the fast path by name."""

    def __init__(self) -> None:
        super().__init__(
            "高速処理に必要な polars がありません。`pip install 'machikumo[layouts]'` で入れてください。",
            "polars is missing: install the extra with `pip install 'machikumo[layouts]'`.",
        )


class ResumeRefused(LayoutError):
    """The file is not the one the block log was written for."""

    def __init__(self, offset: int) -> None:
        super().__init__(
            f"ファイルが前回と違います（{offset:,} バイト目からのブロック）。最初からやり直してください。",
            f"The file differs from the logged one (block at byte {offset:,}): start again from the beginning.",
        )


class HelperLost(LayoutError):
    """A process that helped with the check ended by itself: killed, or out of memory."""

    def __init__(self, exit_code: int | None) -> None:
        how, how_en = f"終了コード {exit_code}", f"exit code {exit_code}"
        if exit_code is not None and exit_code < 0:
            how, how_en = f"シグナル {-exit_code}", f"signal {-exit_code}"
        super().__init__(
            f"検査を手伝うプロセスが途中で止まりました（{how}）。ここまでの結果は使わず、もう一度実行してください。"
            "メモリ不足のときは `--workers 1` を付けてください。",
            f"A process helping with the check stopped ({how_en}). Do not use what was told so far; run it again, "
            "with `--workers 1` where memory is short.",
        )


class HelperFailed(LayoutError):
    """A process that helped with the check met an error; ``trace`` is for whoever mends it."""

    def __init__(self, message_ja: str, message_en: str, trace: str = "") -> None:
        super().__init__(message_ja, message_en)
        self.trace = trace


class FileChanged(LayoutError):
    """The file is not the one that the run began with."""

    def __init__(self) -> None:
        super().__init__(
            "検査の途中でファイルが変わりました。最初からやり直してください。",
            "The file changed during the check: start again from the beginning.",
        )


class Unmappable(Exception):
    """A value has no counterpart in a step; the conversion turns it into an issue of its cell."""

    def __init__(self, value: str, reason_ja: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.value = value
        self.reason_ja = reason_ja
        self.reason_en = reason_en


class EngineMissing(LayoutError):
    """A package that an engine needs is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"この処理方式に必要な {package} がありません。`pip install 'machikumo[sql]'` で入れてください。",
            f"{package} is missing: install the extra with `pip install 'machikumo[sql]'`.",
        )
        self.package = package


class NoDatabase(LayoutError):
    """Nobody said which database server is to run the check."""

    def __init__(self) -> None:
        super().__init__(
            "データベースの接続先がありません。`--database` か環境変数 DATABASE_URL で指定してください。",
            "There is no database server: give --database or set DATABASE_URL.",
        )


class BadLimit(LayoutError):
    """A limit for a rule cannot be read; ``text`` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"上限「{text}」が読めません。cell.date=100 のように、規則の名前と件数を書いてください。",
            f"The limit '{text}' cannot be read: write a rule's name and a count, as in cell.date=100.",
        )
