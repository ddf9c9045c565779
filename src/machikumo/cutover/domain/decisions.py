"""Go or no-go: the items, who answered them, and what stands against the release."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.cutover.domain.errors import CutoverError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Pair = tuple[str, str]  # Japanese, English
LONGEST_NOTE = 400


class Verdict(enum.StrEnum):
    """What a named person says of an item."""

    GO = "go"
    NO_GO = "no_go"


@dataclass(frozen=True, slots=True)
class Item:
    """One question; ``evidence`` names what the registry of evidence shows beside it."""

    key: str
    title: Pair
    owner: Pair
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a room shows beside an item: one sentence, whether it speaks for a go (None: neither), and its page."""

    told_ja: str
    told_en: str
    holds: bool | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer to an item."""

    verdict: Verdict
    person: str
    role: str


def checked(verdict: Verdict, note: str) -> None:
    """Raise CutoverError when a no-go lacks its reason."""
    if verdict is Verdict.NO_GO and not note.strip():
        raise CutoverError("「否」のときは理由を書いてください。", "A no-go needs its reason: please write it.")


def against_release(
    items: Sequence[Item], answers: Mapping[str, Answer], *, open_things: Sequence[Pair], files: int, proved: int
) -> tuple[Pair, ...]:
    """Everything that stands against the release; empty when it may be given.

    ``open_things`` are what other rooms name as open; ``files`` how many move-ins the plan has, ``proved`` how many of
    them were reconciled, agree, and carry both signatures.
    """
    return (*_of_files(files, proved), *_of_items(items, answers), *open_things)


def _of_files(files: int, proved: int) -> Iterator[Pair]:
    if not files:
        yield "本番の取込が計画に結び付いていません", "no real load belongs to the plan"
    elif proved < files:
        lacking = files - proved
        yield (
            f"照合の一致と二人の署名がそろっていない取込: {lacking}件",
            f"loads not proved and signed by two: {lacking}",
        )


def _of_items(items: Sequence[Item], answers: Mapping[str, Answer]) -> Iterator[Pair]:
    for item in items:
        answer = answers.get(item.key)
        if answer is None:
            yield f"未回答「{item.title[0]}」", f'not answered: "{item.title[1]}"'
        elif answer.verdict is Verdict.NO_GO:
            yield f"否「{item.title[0]}」", f'no-go: "{item.title[1]}"'
