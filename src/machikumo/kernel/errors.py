"""Errors with an HTTP status and a message in both languages that a person can act on."""

from __future__ import annotations


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


class NotFound(MachikumoError):
    """There is no such thing within this organisation; says nothing more, on purpose."""

    status = 404

    def __init__(self, message_ja: str = "見つかりません。", message_en: str = "Not found.") -> None:
        super().__init__(message_ja, message_en)


class Conflict(MachikumoError):
    """Somebody else changed the same thing first; nothing was lost, look again."""

    status = 409
