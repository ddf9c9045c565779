"""Changes and verdicts in words, Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.definitions.domain.comparing.changes import Change, Kind, verdict_of
from machikumo.definitions.domain.comparing.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

Pair = tuple[str, str]
VERDICTS: dict[Verdict, Pair] = {
    Verdict.COMPATIBLE: ("互換", "compatible"),
    Verdict.REARRANGE: ("書き直しで互換", "compatible once rewritten"),
    Verdict.BREAKING: ("非互換", "breaking"),
}
SUMMARIES: dict[Verdict, Pair] = {
    Verdict.COMPATIBLE: (
        "旧版で書いたファイルは、新版でもそのまま読めます。", "Files of the old version are read as they are.",
    ),
    Verdict.REARRANGE: (
        "値はすべて新版でも有効ですが、列・見出し・文字コードなどが変わるため、ファイルの書き直しが要ります。",
        "Every value still holds, but files must be written anew: columns, headings or bytes differ.",
    ),
    Verdict.BREAKING: (
        "旧版で書いたデータに、新版では認められない値や意味の変わる値がありえます。変換と確認が要ります。",
        "Data of the old version may hold values that the new one refuses or reads differently: convert and check.",
    ),
}  # fmt: skip
PARTS: dict[str, Pair] = {
    "item": ("項目", "item"), "code": ("コード", "code"), "rule": ("行にまたがる規則", "rule over rows"),
    "form": ("ファイルの形式", "file form"), "head": ("見出し", "heading"),
}  # fmt: skip
FIELDS: dict[str, Pair] = {
    "key": ("キー", "key"), "version": ("版", "version"), "name": ("名称", "name"),
    "name_en": ("英語名", "English name"), "group": ("グループ", "group"),
    "source": ("出典", "source"), "edition": ("出典の版", "edition"),
    "confirmed": ("確認済み", "confirmed"), "publisher": ("発行者", "publisher"),
    "id_scheme": ("IDの体系", "id scheme"),
    "licence": ("利用条件", "licence"), "credit": ("クレジット", "credit"), "note": ("注記", "note"),
    "charset": ("文字コード", "character set"), "newline": ("改行", "newline"), "bom": ("BOM", "byte order mark"),
    "delimiter": ("区切り", "delimiter"), "quoting": ("引用符", "quoting"), "header": ("見出し行", "header line"),
    "empty": ("空の値", "empty value"), "date_form": ("日付の形", "form of dates"), "era_codes": ("元号表", "era list"),
    "true_value": ("真の値", "value of true"), "false_value": ("偽の値", "value of false"),
    "gaiji": ("外字", "user-defined characters"), "max_quoted_lines": ("引用内の最大行数", "longest quoted field"),
    "file_name": ("ファイル名", "file name"), "place": ("順番", "place"), "romaji": ("ローマ字", "romaji"),
    "type": ("データ型", "type"), "length": ("桁数", "length"), "required": ("出力条件", "requirement"),
    "condition": ("条件式", "condition"), "condition_text": ("条件（文章）", "condition in words"),
    "condition_confirmed": ("条件の確認", "condition confirmed"), "codes": ("コード表", "code list"),
    "code_text": ("コード欄の文字", "code column"), "pattern": ("形", "pattern"), "minimum": ("下限", "minimum"),
    "maximum": ("上限", "maximum"), "check_digit": ("検査用数字", "check digit"), "open_end": ("期限なし", "open end"),
    "form": ("ファイルの形", "form of the file"), "host": ("ホストの文字表", "host's characters"),
    "record_length": ("レコード長", "record length"), "record_separator": ("レコードの区切り", "record separator"),
    "record_mark": ("レコード区分の位置", "place of the record mark"),
    "records": ("レコードの種類", "kinds of records"),
    "plus_sign": ("正の符号", "plus sign"), "low_values": ("LOW-VALUEの扱い", "low values"),
    "part_header": ("分割ファイルの見出し", "headers of parts"), "bytes": ("バイト数", "bytes"),
    "storage": ("格納形式", "storage"), "start": ("開始バイト", "first byte"), "digits": ("桁数", "digits"),
    "zero": ("ゼロの意味", "meaning of zero"),
    "codes_on": ("コードの判定日", "day of the codes"), "sentinels": ("空を表す値", "values for none"),
    "selectors": ("異体字セレクタ", "variation selectors"), "repetition": ("列の数", "columns"),
    "occurrences": ("繰り返し", "occurrences"), "primary_key": ("主キー", "primary key"),
    "foreign_key": ("外部キー", "foreign key"), "sensitivity": ("取扱い", "sensitivity"),
    "severity": ("重さ", "severity"), "classes": ("クラス分類", "classes"), "definition": ("項目定義", "definition"),
    "explanation": ("項目説明", "explanation"), "reference": ("関連箇所", "reference"),
    "output_item": ("実装類型", "output item"), "sample": ("サンプル値", "sample"), "remarks": ("備考", "remarks"),
    "open": ("自治体固有", "left to the municipality"),
}  # fmt: skip
_ENGLISH = {Kind.ADDED: "added", Kind.REMOVED: "removed", Kind.MOVED: "moved", Kind.CHANGED: "changed"}
_JAPANESE = {Kind.ADDED: "追加", Kind.REMOVED: "廃止", Kind.MOVED: "移動", Kind.CHANGED: "変更"}


def field_words(name: str) -> Pair:
    """A field in words; what is no field (a code) stays as it is."""
    return FIELDS.get(name, (name, name))


def sentence(change: Change) -> Pair:
    """What changed, as one line."""
    part, field = PARTS[change.part], field_words(change.field)
    subject_ja = " ".join(word for word in (part[0], change.which, change.name) if word)
    subject_en = " ".join(word for word in (part[1], change.which, change.name) if word)
    if change.kind in {Kind.ADDED, Kind.REMOVED}:
        what = change.after or change.before
        detail = "" if what == change.name else f"「{what}」"
        return f"{subject_ja}{detail}: {_JAPANESE[change.kind]}", f"{subject_en} {detail}: {_ENGLISH[change.kind]}"
    before, after = (text or "（なし）" for text in (change.before, change.after))
    return (
        f"{subject_ja}: {field[0]} {before} → {after}",
        f"{subject_en}: {field[1]} {change.before or '(none)'} -> {change.after or '(none)'}",
    )


def report(found: Sequence[Change]) -> tuple[list[str], list[str]]:
    """The whole comparison as lines, Japanese and English, gravest first, with the verdict on data already written."""
    verdict = verdict_of(list(found))
    ordered = sorted(found, key=lambda change: -change.verdict)
    lines: tuple[list[str], list[str]] = ([], [])
    for language in (0, 1):
        lines[language].append(f"[{VERDICTS[verdict][language]}] {SUMMARIES[verdict][language]}")
        lines[language].extend(f"  [{VERDICTS[one.verdict][language]}] {sentence(one)[language]}" for one in ordered)
    return lines
