"""Errors of paper, each with a message that a clerk can act on."""

from __future__ import annotations

from machikumo.kernel.errors import MachikumoError


class PaperError(MachikumoError):
    """The paper could not be made; a fault of the template or of its data, nothing was printed."""

    status = 500


class MissingGlyph(PaperError):
    """The fonts lack a character: the paper is refused, because another shape would be another name.

    ``character`` is the base with its variation selector, ``place`` says whose field it stands in.
    """

    status = 422

    def __init__(self, character: str, place: str) -> None:
        self.character = character
        self.place = place
        codes = " ".join(f"U+{ord(sign):04X}" for sign in character)
        super().__init__(
            f"「{place}」の文字「{character}」（{codes}）は、使える書体にないため印刷できません。"
            "文字の登録を確認するか、この文字を持つ書体を入れてください。",
            f"The character {character} ({codes}) in '{place}' is in none of the fonts, so it cannot be printed. "
            "Check the registered character or install a font that holds it.",
        )


class TextDoesNotFit(PaperError):
    """A value is too long for its place even in the smallest allowed type: the paper is refused, nothing is cut."""

    status = 422

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"「{place}」が長すぎて用紙の欄に入りません。個人票で作成するか、窓口の責任者に相談してください。",
            f"'{place}' is too long for its place on the paper. Use the one-person layout or ask the section head.",
        )


class PaperBusy(PaperError):
    """The process's one compiler was busy for too long; nothing was made, and asking again is safe."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "用紙の作成が混み合っています。少し待ってからもう一度お試しください。",
            "The paper service is busy. Please wait a moment and try again.",
        )


class ForkedAfterUse(PaperError):
    """The server was set up wrongly: worker processes must be started afresh or forked before paper is made."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "用紙の作成に使えないプロセスです。サーバーの設定（preload をやめる）を確認して再起動してください。",
            "This process was forked after paper was made. Start worker processes afresh (no preloading).",
        )
