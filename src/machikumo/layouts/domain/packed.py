"""Zip files: what is in them is read piece by piece, never whole in memory; hostile ones are refused with the reason.

One file of the layout, or all parts of one that came in parts, may be in it. Names are only compared, never used as
paths. Sizes are counted while reading: an archive that lies about them is refused.
"""

from __future__ import annotations

import contextlib
import hashlib
import stat
import tempfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, BinaryIO

from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.parts import BadParts, in_order, is_split, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from machikumo.layouts.domain.definition import Layout

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
# A member that grows beyond this many times its packed size, and is large, is a bomb: files of blanks reach some 300.
MOST_GROWTH, SMALL = 500, 64 << 20
LARGEST = 64 << 30
MOST_MEMBERS = 1_000
_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class BadArchive(LayoutError):
    """A zip file that is broken, hostile, or holds something else than it should."""


def is_zip(source: BinaryIO) -> bool:
    """Whether a stream begins as zip files do; it stays where it is."""
    place = source.tell()
    head = source.read(4)
    source.seek(place)
    return head in SIGNATURES


@contextlib.contextmanager
def unpacked(source: BinaryIO, layout: Layout) -> Iterator[BinaryIO]:
    """Give the file of a layout that a stream holds: itself, or what is in it when it is a zip file.

    Raises:
        BadArchive: the zip file is broken or hostile. BadParts: parts are missing or double.
    """
    if not is_zip(source):
        yield source
        return
    with tempfile.TemporaryFile() as place, _opened(source) as archive:
        members = _members(archive)
        digests: dict[str, str] = {}
        for number, member in enumerate(_chosen(members, layout)):
            skip = number > 0 and layout.physical.part_header == "each"
            digest = _copy(archive, member, place, skip_line=skip)
            _refuse_double(digests, digest, member.filename)
        place.seek(0)
        yield place


@contextlib.contextmanager
def _opened(source: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _broken(str(error)) from error
    with archive:
        yield archive


def _broken(why: str) -> BadArchive:
    return BadArchive(
        f"zip ファイルが壊れています（{why}）。もう一度受け取ってください。", f"The zip file is broken ({why})."
    )


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files of an archive, each looked at before anything of it is read."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise BadArchive(f"zip の中のファイルが多すぎます（{len(members):,}）。", "Too many files in the zip file.")
    names = [member.filename for member in members]
    for member in members:
        _refuse_hostile(member)
    if len(set(names)) != len(names):
        raise BadArchive("zip の中に同じ名前のファイルが2つあります。", "Two files in the zip file have the same name.")
    if sum(member.file_size for member in members) > LARGEST:
        raise BadArchive("zip の中身が大きすぎます。", "What is in the zip file is too large.")
    return members


def _refuse_hostile(member: zipfile.ZipInfo) -> None:
    name = member.filename
    shown = ascii(name[:60])
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or "\\" in name or ":" in parts[0] or not name.isprintable():
        raise BadArchive(f"zip の中の名前 {shown} は使えません。", f"The name {shown} in the zip file is refused.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise BadArchive(f"zip の中の {shown} はリンクです。", f"{shown} in the zip file is a link.")
    if member.flag_bits & 1:
        raise BadArchive(
            f"zip の中の {shown} は暗号化されています。暗号を解いてから渡してください。",
            f"{shown} in the zip file is encrypted: hand it over decrypted.",
        )
    if member.compress_type not in _METHODS:
        raise BadArchive(f"zip の中の {shown} の圧縮方式は扱えません。", f"The packing of {shown} is not known.")
    if member.file_size > SMALL and member.file_size > MOST_GROWTH * max(member.compress_size, 1):
        raise BadArchive(
            f"zip の中の {shown} は異常に膨らみます（{member.compress_size:,} → {member.file_size:,} バイト）。",
            f"{shown} in the zip file grows beyond measure.",
        )


def _chosen(members: Sequence[zipfile.ZipInfo], layout: Layout) -> list[zipfile.ZipInfo]:
    """Return the members that make up the file of a layout, in order."""
    pattern = layout.physical.file_name
    if is_split(pattern):
        found = [(part_of(member.filename.rpartition("/")[2], pattern), member) for member in members]
        parts = [(part, member) for part, member in found if part is not None]
        if parts:
            numbers = [part.number for part in in_order(part for part, _ in parts)]
            return [next(member for part, member in parts if part.number == number) for number in numbers]
    if len(members) != 1:
        names = "、".join(member.filename for member in members[:5]) or "なし"
        raise BadArchive(
            f"zip の中のファイルが1つではありません（{names}）。1つにするか、分割ファイルだけを入れてください。",
            f"There must be one file in the zip file, or the parts of one ({names}).",
        )
    return list(members)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: IO[bytes], *, skip_line: bool) -> str:
    """Write a member's bytes, counting; return their SHA-256."""
    digest, count = hashlib.sha256(), 0
    try:
        with archive.open(member) as stream:
            if skip_line:
                count += len(stream.readline(_CHUNK))
            while chunk := stream.read(_CHUNK):
                count += len(chunk)
                digest.update(chunk)
                place.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _broken(f"{member.filename[:60]!a}: {error}") from error
    if count != member.file_size:
        raise BadArchive(
            f"zip の中の大きさが表示（{member.file_size:,} バイト）と違います（{count:,} バイト）。",
            f"A file in the zip file has {count:,} bytes, not {member.file_size:,} as it says.",
        )
    return digest.hexdigest()


def _refuse_double(digests: dict[str, str], digest: str, name: str) -> None:
    if digest in digests:
        raise BadParts(
            f"分割 {digests[digest]} と {name} の中身が同じです。",
            f"{digests[digest]} equals {name}.",
        )
    digests[digest] = name
