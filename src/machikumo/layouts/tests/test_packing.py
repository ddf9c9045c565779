"""Zip files and files in parts: put together as they were, refused with the reason when they are not right."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from machikumo.layouts.domain import packed
from machikumo.layouts.domain.packed import BadArchive, unpacked
from machikumo.layouts.domain.parts import BadParts, part_of
from machikumo.layouts.packing import Chained, opened
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.layouts.domain.definition import Layout

DATA = file_of(KASUMI.source, [kasumi_row(number) for number in range(1, 60)])


def split(*, each: bool = False, name: str = "J_{code}_{part}.csv") -> Layout:
    physical = replace(KASUMI.source.physical, file_name=name, part_header="each" if each else "first")
    return replace(KASUMI.source, physical=physical)


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(data: bytes, layout: Layout = KASUMI.source) -> bytes:
    with unpacked(io.BytesIO(data), layout) as stream:
        return stream.read()


def test_a_file_is_itself_and_a_zip_file_is_what_is_in_it() -> None:
    assert read(DATA) == DATA
    assert read(zipped(**{"a/file.csv": DATA, "a/": b""})) == DATA


def test_parts_in_a_zip_file_are_put_in_order() -> None:
    cuts = (DATA[:1000], DATA[1000:5000], DATA[5000:])
    names = {f"J_182079_{number:03d}.csv": cuts[number - 1] for number in (3, 1, 2)}
    assert read(zipped(**names, **{"readme.txt": b"?"}), split()) == DATA


def test_headers_of_later_parts_are_left_out_where_each_has_one() -> None:
    header, rest = DATA.split(b"\r\n", 1)
    half = rest.index(b"\r\n", len(rest) // 2) + 2
    parts = {"J_182079_1.csv": header + b"\r\n" + rest[:half], "J_182079_2.csv": header + b"\r\n" + rest[half:]}
    assert read(zipped(**parts), split(each=True)) == DATA


@pytest.mark.parametrize(
    ("numbers", "word"),
    [(("001", "003"), "2 番がありません"), (("002",), "1 番がありません"), (("001", "01"), "1 番の分割が2つ")],
)
def test_missing_and_double_parts_are_told(numbers: tuple[str, ...], word: str) -> None:
    names = {f"J_182079_{number}.csv": DATA + number.encode() for number in numbers}
    with pytest.raises(BadParts) as refused:
        read(zipped(**names), split())
    assert word in refused.value.message_ja


def test_two_parts_with_the_same_contents_are_refused() -> None:
    names = {f"J_182079_{number}.csv": DATA for number in (1, 2)}
    with pytest.raises(BadParts, match="中身が同じ"):
        read(zipped(**names), split())


def test_a_part_that_tells_how_many_there_are_shows_the_last_missing() -> None:
    layout = split(name="J_{code}_{part}of{parts}.csv")
    with pytest.raises(BadParts, match="3 番"):
        read(zipped(**{"J_182079_1of3.csv": b"a", "J_182079_2of3.csv": b"b"}), layout)
    assert part_of("other.csv", layout.physical.file_name) is None


@pytest.mark.parametrize("name", ["../a.csv", "/a.csv", "a/../b.csv", "a\\b.csv", "C:a.csv", "a\nb.csv"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(BadArchive) as refused:
        read(zipped(**{name: DATA}))
    assert "名前" in refused.value.message_ja
    assert "\n" not in refused.value.message_ja


def test_links_and_encrypted_members_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BadArchive, match="リンク"):
        read(out.getvalue())
    data = bytearray(zipped(**{"a.csv": DATA}))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    with pytest.raises(BadArchive, match="暗号化"):
        read(bytes(data))


def test_several_files_that_are_no_parts_are_refused() -> None:
    with pytest.raises(BadArchive, match="1つではありません"):
        read(zipped(**{"a.csv": DATA, "b.csv": DATA}))
    with pytest.raises(BadArchive, match="1つではありません"):
        read(zipped())


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(**{"a.csv": bytes(4 << 20)})
    monkeypatch.setattr(packed, "SMALL", 1 << 20)
    with pytest.raises(BadArchive, match="異常に膨らみ"):
        read(bomb)
    monkeypatch.setattr(packed, "LARGEST", 1 << 10)
    with pytest.raises(BadArchive, match="大きすぎ"):
        read(zipped(**{"a.csv": DATA}))
    monkeypatch.setattr(packed, "MOST_MEMBERS", 1)
    with pytest.raises(BadArchive, match="多すぎ"):
        read(zipped(**{"a.csv": b"", "b.csv": b""}))


@pytest.mark.parametrize("told", [10, len(DATA) - 1, len(DATA) + 1, 1 << 30])
def test_a_zip_file_that_lies_about_its_size_is_refused(told: int) -> None:
    data = bytearray(zipped(**{"a.csv": DATA}))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", told)
    with pytest.raises(BadArchive):
        read(bytes(data))


@pytest.mark.parametrize("size", [10, 100, 1000, -30, -1])
def test_a_zip_file_that_is_cut_off_is_refused(size: int) -> None:
    with pytest.raises(BadArchive, match="壊れて"):
        read(zipped(**{"a.csv": DATA})[:size])


def test_parts_beside_each_other_are_read_as_one(tmp_path: Path) -> None:
    for number, piece in enumerate((DATA[:1000], DATA[1000:5000], DATA[5000:]), 1):
        (tmp_path / f"J_182079_{number:03d}.csv").write_bytes(piece)
    (tmp_path / "J_182079_x.csv").write_bytes(b"?")
    (tmp_path / "J_222127_001.csv").write_bytes(b"another town's")
    with opened(tmp_path / "J_182079_002.csv", split()) as stream:
        assert stream.read() == DATA
        stream.seek(990)
        assert stream.read(20) == DATA[990:1010]
    (tmp_path / "J_182079_002.csv").write_bytes(DATA[:1000])
    with pytest.raises(BadParts, match="中身が同じ"), opened(tmp_path / "J_182079_001.csv", split()):
        pass
    (tmp_path / "J_182079_002.csv").unlink()
    with pytest.raises(BadParts, match="2 番"), opened(tmp_path / "J_182079_001.csv", split()):
        pass


def test_chained_files_can_be_sought_like_one() -> None:
    chained = io.BufferedReader(
        Chained([io.BytesIO(b"h\n12"), io.BytesIO(b"h\n34"), io.BytesIO(b"h\n")], skip_lines=True)
    )
    assert chained.read() == b"h\n1234"
    assert chained.seek(-3, io.SEEK_END) == 3
    assert chained.read(2) == b"23"
    assert chained.tell() == 5
    assert chained.seek(100) == 100
    assert chained.read() == b""
