"""Packed (COMP-3) and zoned decimals as digits with a sign, and back. Nothing is guessed: a wrong half byte is told."""

from __future__ import annotations

from typing import NamedTuple

# Signs that count: C and F are plus, D is minus (machines that also know A, B, E write these three).
PLUS, MINUS = "cf", "d"
_HOST_ZONE, _PLAIN_ZONE, _PLAIN_MINUS = "f", "3", "7"


class Number(NamedTuple):
    """Digits as they lie, leading zeros kept, and whether they are below zero."""

    digits: str
    is_negative: bool = False


class BadNumber(NamedTuple):
    """The bytes (from 0) in which a half byte is wrong, and whether it is the sign alone."""

    places: tuple[int, ...]
    is_sign: bool


def read_packed(raw: bytes) -> Number | BadNumber:
    """Return the digits of a packed decimal, or what is wrong with it."""
    text = raw.hex()
    digits, sign = text[:-1], text[-1:]
    if digits.isdecimal() and sign in PLUS + MINUS:
        return Number(digits, sign == MINUS)
    wrong = {place // 2 for place, sign in enumerate(digits) if not sign.isdecimal()}
    is_sign = not wrong
    if sign not in PLUS + MINUS:
        wrong.add(len(raw) - 1)
    return BadNumber(tuple(sorted(wrong)), is_sign)


def write_packed(digits: str, size: int, *, sign: str) -> bytes:
    """Return a packed decimal; ``digits`` must fit into 2 × size - 1 half bytes; ``sign`` is C, D or F."""
    return bytes.fromhex(digits.zfill(2 * size - 1) + sign)


def read_zoned(raw: bytes, *, host: bool) -> Number | BadNumber:
    """Return the digits of a zoned decimal (EBCDIC zones, or ASCII ones), or what is wrong with it."""
    text = raw.hex()
    zones, digits = text[::2], text[1::2]
    zone = _HOST_ZONE if host else _PLAIN_ZONE
    plus, minus = (PLUS, MINUS) if host else (_PLAIN_ZONE, _PLAIN_MINUS)
    sign = zones[-1:]
    if digits.isdecimal() and zones[:-1] == zone * (len(raw) - 1) and sign in plus + minus:
        return Number(digits, sign == minus)
    wrong = {place for place, one in enumerate(digits) if not one.isdecimal()}
    wrong |= {place for place, one in enumerate(zones[:-1]) if one != zone}
    is_sign = not wrong
    if sign not in plus + minus:
        wrong.add(len(raw) - 1)
    return BadNumber(tuple(sorted(wrong)), is_sign)


def write_zoned(digits: str, size: int, *, sign: str, host: bool) -> bytes:
    """Return a zoned decimal; ``sign`` is C, D or F, of which ASCII zones know minus and plus only."""
    zone = _HOST_ZONE if host else _PLAIN_ZONE
    last = sign if host else {"D": _PLAIN_MINUS}.get(sign, _PLAIN_ZONE)
    padded = digits.zfill(size)
    return bytes.fromhex("".join(f"{zone}{digit}" for digit in padded[:-1]) + last + padded[-1])
