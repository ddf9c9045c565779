"""Words for a row that was not applied: what is wrong, and what to do. Never a value of the row."""

from __future__ import annotations

from machikumo.feeds.domain.before import Judgement, Key, Reason
from machikumo.feeds.domain.errors import FeedError

WORDS = {
    Reason.UNKNOWN_PERSON: (
        "台帳にいない人の、途中の履歴です。先に届くべき行がないか、移行から漏れていないか確かめてください。",
        "A later version of a person who is not in the register: was a row lost, or the person left out at the move?",
    ),
    Reason.MISSING_VERSION: (
        "台帳の履歴の次は{expected}ですが、{found}が届きました。間の履歴を旧システムから出してください。",
        "The register expects version {expected}, but {found} came. Ask the old system for what lies between.",
    ),
    Reason.OLDER_VERSION: (
        "台帳の現在の履歴より古い、台帳にない履歴です（{found}）。",
        "A version older than the present one that the register does not hold ({found}).",
    ),
    Reason.CORRECTED_HERE: (
        "まちくもで職員が修正した記録です。どちらが正しいか確かめてから、行を受け入れるか台帳のままにしてください。",
        "A clerk corrected this record here. Find out which is right, then accept the row or keep the register.",
    ),
    Reason.NOT_LIVING: (
        "台帳では転出・死亡などで消除された人の異動です。",
        "An event of somebody who, by the register, has left or died.",
    ),
    Reason.LIVES_HERE: (
        "台帳ではすでに住民である人の、出生または転入です。",
        "The birth or moving in of somebody who, by the register, lives here already.",
    ),
    Reason.AFTER_CONFLICT: (
        "同じ人の前の行が反映できないため、この行も待っています。",
        "An earlier row of the same person could not be applied, so this one waits too.",
    ),
    Reason.OTHER_CONTENT: (
        "同じ履歴が台帳に別の内容であります（{items}）。台帳は変えていません。",
        "The register holds this version with other contents ({items}). It was left as it is.",
    ),
    Reason.NUMBER_CLASH: (
        "番号は、ほかの人（宛名番号 {holder}）がすでに持っているため保管していません。行は反映しました。",
        "The number is held by somebody else (addressee {holder}) and was not stored. The row was applied.",
    ),
    Reason.NUMBER_REFUSED: (
        "番号の検査用数字などが正しくないため保管していません。行は反映しました。",
        "The number is not valid and was not stored. The row was applied.",
    ),
}


def words_of(reason: Reason, **facts: str) -> tuple[str, str]:
    """The words of a reason in both languages."""
    ja, en = WORDS[reason]
    return ja.format(**facts), en.format(**facts)


def words_of_judgement(judgement: Judgement, found: Key) -> tuple[str, str]:
    """The words of a conflict; empty for a row that is none."""
    if judgement.reason is None:
        return "", ""
    expected = written(judgement.expected) if judgement.expected else "1-0"
    return words_of(judgement.reason, expected=expected, found=written(found))


def written(key: Key) -> str:
    """A history key as people read it."""
    return f"{key.number}-{key.branch}"


def require_words(ground: str) -> str:
    """The reason without blanks at its ends; FeedError when there is none."""
    words = ground.strip()
    if not words:
        raise FeedError("理由を書いてください。", "Please say why.")
    return words
