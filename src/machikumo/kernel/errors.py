"""Errors with an HTTP status and a message in both languages that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass

Pair = tuple[str, str]  # Japanese, English


class MachikumoError(Exception):
    """Base of every error that a user may read: says what is wrong, where, and what to do.

    Each room has one subclass as the base of its own errors.
    """

    status: int = 400

    def __init__(self, message_ja: str, message_en: str = "") -> None:
        self.message_ja = message_ja
        self.message_en = message_en or message_ja
        super().__init__(message_ja)


class Forbidden(MachikumoError):
    """The person may not do this here."""

    status = 403


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refused person reads: what they may not do, which roles may, and whom to ask; each (Japanese, English).

    ``taken_away``: the person's own role carries it, and this organisation has taken it away.
    """

    act: Pair
    roles: tuple[Pair, ...] = ()
    ask: tuple[Pair, ...] = (("情報政策担当", "Information officer"),)
    taken_away: bool = False

    def words(self, language: int) -> str:
        """The whole in one text; language 0 is Japanese, 1 English."""
        roles, ask = (_listed(pairs, language) for pairs in (self.roles, self.ask))
        japanese, english = _REFUSED[self.taken_away]
        said = (english if language else japanese).format(act=self.act[language], roles=roles or "―", ask=ask)
        return said if roles else said.replace(_NOBODY[language], "")


_NOBODY = ("この操作ができる役割は「―」です。", " Roles that may: ―.")
_REFUSED = {
    False: (
        (
            "あなたの役割では「{act}」の操作はできません。この操作ができる役割は「{roles}」です。"
            "必要なときは、その役割の人に頼むか、「{ask}」に相談してください。"
        ),
        (
            'Your role may not do this: "{act}". Roles that may: {roles}.'
            " If you need it, ask somebody in such a role, or talk to: {ask}."
        ),
    ),
    True: (
        (
            "「{act}」の操作は、この団体の設定により、あなたの役割から外されています。"
            "この操作ができる役割は「{roles}」です。必要なときは「{ask}」に相談してください。"
        ),
        (
            'This organisation has taken this away from your role: "{act}". Roles that may: {roles}.'
            " If you need it, talk to: {ask}."
        ),
    ),
}


def _listed(pairs: tuple[Pair, ...], language: int) -> str:
    return ("」「", ", ")[language].join(pair[language] for pair in pairs)


class NotPermitted(Forbidden):
    """The role lacks what this needs; ``refusal`` says it in words for a page to lay out."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.words(0), refusal.words(1))


class NotFound(MachikumoError):
    """There is no such thing within this organisation; says nothing more, on purpose."""

    status = 404

    def __init__(self, message_ja: str = "見つかりません。", message_en: str = "Not found.") -> None:
        super().__init__(message_ja, message_en)


class Conflict(MachikumoError):
    """Somebody else changed the same thing first; nothing was lost, look again."""

    status = 409
