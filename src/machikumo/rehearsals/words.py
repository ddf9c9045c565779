"""Words for moves, rounds, steps and figures, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.ui.language import t
from machikumo.rehearsals.domain.steps import Block, State, Step
from machikumo.rehearsals.models import RoundKind
from machikumo.rehearsals.systems import system_of

if TYPE_CHECKING:
    from machikumo.rehearsals.models import Move, Round

STEPS = {
    Step.RECEIVED: ("ファイルの受領", "Files received"),
    Step.PROFILED: ("概要の集計", "Profile"),
    Step.CHECKED: ("検査", "Check"),
    Step.MENDED: ("保留行の手直し", "Rows set aside, mended"),
    Step.MAPPED: ("項目の対応づけ", "Mapping"),
    Step.CONVERTED: ("変換", "Conversion"),
    Step.LOADED: ("取込", "Loading"),
    Step.RECONCILED: ("照合", "Reconciliation"),
    Step.COUNTED: ("件数表の突き合わせ", "Count sheet"),
    Step.COMPARED: ("前回との比較", "Comparison with the last round"),
    Step.SIGNED: ("担当者の署名", "Officer's signature"),
    Step.COUNTERSIGNED: ("責任者の署名", "Second signature"),
    Step.REPORTED: ("報告書", "Report"),
}
STATES = {
    State.WAITING: ("これから", "To come", "neutral"),
    State.WORKING: ("作業中", "At work", "info"),
    State.ATTENTION: ("要対応", "Needs attention", "warning"),
    State.DONE: ("済み", "Done", "success"),
    State.NOT_NEEDED: ("対象外", "Not needed", "neutral"),
}
BLOCKS = {
    Block.NO_FILES: ("この回のファイルがありません", "The round has no file"),
    Block.FILES_UNFINISHED: ("取込と照合が終わっていないファイルが{n}件", "{n} files are not reconciled yet"),
    Block.FILES_DIFFER: ("照合に差異があるファイルが{n}件", "{n} files differ from the register"),
    Block.NOT_MEASURED: ("集計がまだです", "The files are not counted yet"),
    Block.NOT_COMPARED: ("前回との比較がまだです", "Not compared with the last round yet"),
    Block.LINES_OPEN: ("件数表に、未記入か説明のない行が{n}件", "{n} lines of the count sheet are open"),
    Block.ROWS_HELD: ("保留のままの行が{n}件", "{n} rows are still set aside"),
}
MEASURES = {
    "rows": ("行数", "Rows"),
    "value": ("値ごとの件数", "Count by value"),
    "year": ("生年ごとの件数", "Count by year of birth"),
    "filled": ("記入のある件数", "Filled cells"),
    "total": ("合計", "Sum"),
    "first": ("最も古い日", "First day"),
    "last": ("最も新しい日", "Last day"),
    "empty": ("空欄の件数", "Empty cells"),
    "column": ("値の変わった項目", "Changed item"),
    "kind": ("違いの種類", "Kind of difference"),
}
KINDS = {
    "gone": ("前回だけにある行", "Only in the round before"),
    "new": ("今回だけにある行", "Only in this round"),
    "mended": ("前回の保留が直って入った行", "Set aside before, mended now"),
    "changed": ("内容が変わった行", "Changed"),
}


def pair(words: tuple[str, str]) -> Any:
    """A pair of words in the reader's language."""
    return t(*words)


def round_name(one: Round) -> Any:
    """A round within its move: リハーサル第1回, or 本番."""
    return t(_name_ja(one), _name_en(one))


def round_mark(one: Round) -> Any:
    """A round below a drawing, where there is little room."""
    return t("本番", "Real") if one.kind == RoundKind.REAL else t(f"{one.number}回", f"{one.number}")


def _name_ja(one: Round) -> str:
    return "本番" if one.kind == RoundKind.REAL else f"リハーサル第{one.number}回"


def _name_en(one: Round) -> str:
    return "Real move" if one.kind == RoundKind.REAL else f"Rehearsal {one.number}"


def round_title(one: Round) -> str:
    """A round with its business system, in Japanese."""
    return f"{system_of(one.move.system).title_ja} {_name_ja(one)}"


def round_title_en(one: Round) -> str:
    """A round with its business system, in English."""
    return f"{system_of(one.move.system).title_en}, {_name_en(one).lower()}"


def system_name(move: Move) -> Any:
    """The business system of a move."""
    system = system_of(move.system)
    return t(system.title_ja, system.title_en)


GROUNDS = {
    "vendor_inquiry": ("旧事業者への照会のため", "To ask the old vendor"),
    "original_check": ("届出書・原本との照合のため", "To compare with the original papers"),
    "mapping_check": ("変換定義の確認のため", "To check the mapping"),
    "incident": ("事故・苦情の調査のため", "To look into an incident or complaint"),
}
FILE_STATES = {
    "received": ("受領", "Received"),
    "checking": ("検査中", "Checking"),
    "loading": ("取込中", "Loading"),
    "reconciled": ("照合済み", "Reconciled"),
    "stopped": ("停止", "Stopped"),
    "undone": ("取込を取消し", "Load undone"),
}


def ground_words() -> dict[str, tuple[str, str]]:
    """The grounds for opening values, for the pages of the ledger."""
    return GROUNDS


def file_state(state: str) -> Any:
    """Where the move-in of a file stands."""
    return pair(FILE_STATES[state]) if state in FILE_STATES else state
