"""The contents of a package in words, for the paper in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.operations.domain.package import Part

WORDS = (  # where, what it is; the first that fits
    ("standard/", "住民のデータ（標準レイアウト）", "どのシステムでも読める CSV。項目の定義とコード表つき。"),
    ("gaiji/", "外字の対応表", "決めた人と理由のある、版ごとの対応表。"),
    ("layouts/", "団体が定めたレイアウト", "公開した版ごとの定義（TOML）。"),
    ("tables/", "すべての表", "1行1件の JSON。履歴、世帯、支援措置、決定など、版も含めて全部。"),
    (
        "files/",
        "保管ファイル",
        "受領したファイルなど、受け取ったままの中身。名前は tables/files_storedfile.jsonl にある。",
    ),
    ("certificates/papers/", "証明書の控え", "交付した証明書の PDF。"),
    ("numbers/", "個人番号・住民票コード", "開いた番号。1行1件。取扱いに特に注意。"),
    ("people/", "職員", "職員の利用者名。パスワードは含まない。"),
    ("ledger/former/", "さらに前の環境の証跡", "それぞれの公開鍵で検証できる。"),
    ("ledger/", "証跡（操作の記録）", "封印つき。公開鍵 verifier_key.txt と verify_ledger.py で、だれでも検証できる。"),
    ("", "そのほか", "部署ごとの資料。"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of one kind: where they are, what they are, how many files, rows and bytes."""

    place: str
    name: str
    words: str
    parts: int
    rows: int
    size: int

    @property
    def facts(self) -> dict[str, str]:
        """As the paper prints it."""
        return {
            "place": self.place or "―",
            "name": self.name,
            "words": self.words,
            "parts": f"{self.parts:,}",
            "rows": f"{self.rows:,}",
            "size": f"{self.size:,}",
        }


def groups_of(parts: Sequence[Part]) -> list[Group]:
    """The parts by kind, in the order of the paper; kinds without a part are left out."""
    sorted_out: dict[str, list[Part]] = {place: [] for place, _name, _words in WORDS}
    for part in parts:
        sorted_out[next(place for place, _name, _words in WORDS if part.name.startswith(place))].append(part)
    return [
        Group(place, name, words, len(found), sum(p.rows for p in found), sum(p.size for p in found))
        for place, name, words in WORDS
        if (found := sorted_out[place])
    ]
