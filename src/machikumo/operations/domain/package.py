"""The exit package (出口): everything of one organisation in one archive, with a signed manifest that proves it whole.

A zip whose last two members are ``manifest.json`` (every part with rows, bytes and SHA-256, and facts about the town)
and ``signature.json`` (Ed25519 over the manifest's SHA-256 by the organisation's key). Whoever reads it checks the
signature, then the manifest, then each part.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Sign = Callable[[bytes], bytes]

MANIFEST, SIGNATURE = "manifest.json", "signature.json"
FORMAT, VERSION = "machikumo-exit-package", 2
BLOCK = 1 << 20


class PackageFault(MachikumoError):
    """The package is not whole, not signed, or not for here: says which part and what to do."""

    status = 422


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the package: its name, how many rows and bytes it has, and its SHA-256."""

    name: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says about itself; ``signer`` is the fingerprint of the key that signed it, empty for none."""

    organisation: str
    made_at: str
    version: int
    parts: tuple[Part, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    signer: str = ""

    @property
    def missing(self) -> frozenset[str]:
        """Parts that should be there and were not to be had when the package was made."""
        return frozenset(self.facts.get("missing", ()))


class Writer:
    """Writes parts one after another in constant memory, then the manifest and its signature."""

    def __init__(
        self, out: Any, *, organisation: str, made_at: str, public_key: bytes = b"", sign: Sign | None = None
    ) -> None:
        """``out`` needs ``write`` and ``flush`` only: it is written without ever going back.

        ``sign`` gives the Ed25519 signature of some bytes by the key whose public half is ``public_key``.
        """
        self._archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._facts: dict[str, Any] = {
            "format": f"{FORMAT}/{VERSION}",
            "organisation": organisation,
            "made_at": made_at,
        }
        self._public_key, self._sign = public_key, sign
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        """Write within it, so that a package that is broken off does not stay open."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the archive; without ``close`` before it has no manifest, and is no package."""
        self._archive.close()

    def add(self, name: str, lines: Iterable[bytes]) -> Part:
        """Add a part made of lines; each line is one row and carries its own newline."""
        return self._add(name, lines)

    def add_file(self, name: str, chunks: Iterable[bytes]) -> Part:
        """Add a stored file, byte by byte as it is: one row, in however many pieces it comes."""
        return self._add(name, chunks, rows_told=1)

    def tell(self, **facts: Any) -> None:
        """Say more in the manifest."""
        self._facts |= facts

    def note_missing(self, names: Iterable[str]) -> None:
        """Say in the manifest what should be here and is not."""
        self.tell(missing=sorted(names))

    def _add(self, name: str, lines: Iterable[bytes], *, rows_told: int | None = None) -> Part:
        digest = hashlib.sha256()
        rows = size = 0
        with self._archive.open(name, "w", force_zip64=True) as file:
            for line in lines:
                file.write(line)
                digest.update(line)
                size += len(line)
                rows += 1
        part = Part(name, rows if rows_told is None else rows_told, size, digest.hexdigest())
        self.parts.append(part)
        return part

    def close(self) -> None:
        """Write the manifest and its signature, and end the archive."""
        facts = self._facts | {"parts": [asdict(part) for part in self.parts]}
        text = json.dumps(facts, ensure_ascii=False, indent=1).encode()
        self._archive.writestr(MANIFEST, text)
        if self._sign is not None:
            signed = {"public_key": self._public_key.hex(), "signature": self._sign(to_sign(text)).hex()}
            self._archive.writestr(SIGNATURE, json.dumps(signed, indent=1))
        self._archive.close()


def to_sign(manifest: bytes) -> bytes:
    """The bytes that the organisation's key signs for a manifest."""
    return f"{FORMAT}\n{hashlib.sha256(manifest).hexdigest()}\n".encode()


def fingerprint_of(public_key: bytes) -> str:
    """How people name a key: the SHA-256 of its public half."""
    return hashlib.sha256(public_key).hexdigest()


def opened(package: IO[bytes]) -> zipfile.ZipFile:
    """The archive; PackageFault when it is none or was cut off."""
    try:
        archive = zipfile.ZipFile(package)
    except (zipfile.BadZipFile, OSError):
        raise PackageFault(
            "パッケージが途中で切れているか、持ち出しパッケージではありません。もう一度受け取ってください。",
            "The package was cut off or is no exit package: please fetch it again.",
        ) from None
    if len(set(archive.namelist())) != len(archive.namelist()):
        raise PackageFault("同じ名前のファイルが二つあります。", "Two files have one name.")
    return archive


def manifest_of(archive: zipfile.ZipFile) -> Manifest:
    """The manifest, its signature checked where there is one; parts are not looked at.

    Raises PackageFault: there is no manifest, it comes from a newer version, or its signature is wrong.
    """
    text = _text(archive, MANIFEST)
    try:
        facts = json.loads(text)
        version = _version(str(facts.get("format", "")))
        parts = tuple(Part(**one) for one in facts["parts"])
        return Manifest(
            str(facts["organisation"]), str(facts["made_at"]), version, parts, facts, _signer(archive, text)
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PackageFault("目録（manifest.json）を読めません。", "The manifest cannot be read.") from None


def _version(spelt: str) -> int:
    name, _slash, number = spelt.partition("/")
    if name != FORMAT or not number.isdecimal():
        raise PackageFault("まちくもの持ち出しパッケージではありません。", "This is no exit package of Machikumo.")
    if int(number) > VERSION:
        raise PackageFault(
            f"新しい版（{number}）のパッケージです。このまちくもは版 {VERSION} まで読めます。先に更新してください。",
            f"The package is of version {number}, and this Machikumo reads up to {VERSION}: please update it first.",
        )
    return int(number)


def _signer(archive: zipfile.ZipFile, manifest: bytes) -> str:
    """The fingerprint of the key that signed the manifest; empty where nothing is signed."""
    if SIGNATURE not in archive.namelist():
        return ""
    try:
        signed = json.loads(_text(archive, SIGNATURE))
        public = bytes.fromhex(signed["public_key"])
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signed["signature"]), to_sign(manifest))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        raise PackageFault(
            "目録の署名が合いません。パッケージが書き換えられています。使わずに、旧環境の担当者に連絡してください。",
            "The manifest's signature is wrong: the package was altered. Do not use it; tell the former installation.",
        ) from None
    return fingerprint_of(public)


def verify(package: IO[bytes]) -> list[Part]:
    """The parts of a whole package; PackageFault names the first part that is missing, foreign or altered."""
    with opened(package) as archive:
        return list(verified(archive).parts)


def verified(archive: zipfile.ZipFile) -> Manifest:
    """The manifest of a package of which every part is as the manifest says; errors as ``verify``."""
    manifest = manifest_of(archive)
    foreign = set(archive.namelist()) - {part.name for part in manifest.parts} - {MANIFEST, SIGNATURE}
    if foreign:
        raise PackageFault(f"目録にないファイルがあります: {min(foreign)}", f"Not in the manifest: {min(foreign)}")
    for part in manifest.parts:
        _check(archive, part)
    return manifest


def _check(archive: zipfile.ZipFile, part: Part) -> None:
    try:
        content = archive.open(part.name)
    except KeyError:
        raise PackageFault(f"ファイルがありません: {part.name}", f"Missing: {part.name}") from None
    except zipfile.BadZipFile:
        raise _damaged(part.name) from None
    digest = hashlib.sha256()
    size = 0
    try:
        with content:
            while block := content.read(BLOCK):
                digest.update(block)
                size += len(block)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise _damaged(part.name) from None
    if (digest.hexdigest(), size) != (part.sha256, part.size):
        raise PackageFault(f"内容が目録と違います: {part.name}", f"Altered: {part.name}")


def _text(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except KeyError:
        raise PackageFault(f"ファイルがありません: {name}", f"Missing: {name}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise _damaged(name) from None


def _damaged(name: str) -> PackageFault:
    return PackageFault(f"ファイルが壊れています: {name}", f"Damaged: {name}")
