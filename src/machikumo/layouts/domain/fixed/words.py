"""What is said about files of fixed-length records, packed and split files: Japanese, English and what to do."""

from __future__ import annotations

_ASK = "移行元の事業者に、定義どおりに出し直すよう依頼してください。"
_ASK_EN = "Ask the outgoing vendor to export it as the layout says."
_FIX = "元のバイトは隔離ファイルにあります。移行元で確かめ、直してから取り込み直してください。"
_FIX_EN = "The original bytes are in the quarantine file. Find out at the source what they are, and read it in again."
_KANJI = "漢字項目の途中で切れていないか、シフトコードの種類が文字表どおりかを確かめてください。"
_KANJI_EN = "See whether the text was cut, and whether the shift codes are those of the table."

WORDS: dict[str, tuple[str, str, str, str]] = {
    "file.record_length": (
        "レコード長が定義（{wanted} バイト）と違います（{found_ja}）。",
        "Records are not as long as the layout says ({wanted} bytes): {found_en}.",
        "レコード長と改行の有無を移行元に確かめてください。どの行も取り込んでいません。",
        "Confirm the record length and whether there are newlines. No row was read.",
    ),
    "file.record_short": (
        "最後のレコードが途中で切れています（{count} バイト。定義は {wanted} バイト）。",
        "The last record is cut off ({count} bytes, the layout has {wanted}).",
        "転送が途中で切れていないか、ファイルの大きさを移行元と比べてください。",
        "Compare the file's size with the sender's: the transfer may be incomplete.",
    ),
    "file.control_missing": (
        "{role_ja}レコードがありません。", "There is no {role_en} record.",
        "ファイルが途中までの可能性があります。移行元に出し直しを依頼してください。",
        "The file may be incomplete: ask for it again.",
    ),
    "file.control_order": (
        "{role_ja}レコードの位置が正しくありません（{line} 番目のレコード）。",
        "A {role_en} record stands in the wrong place (record {line}).", _ASK, _ASK_EN,
    ),
    "file.control_count": (
        "トレーラの件数（{told}）と実際のデータ件数（{count}）が違います。",
        "The trailer tells {told} data records, there are {count}.",
        "件数の合わないファイルは取り込みません。移行元に出し直しを依頼してください。",
        "A file whose count is wrong is not moved in: ask for it again.",
    ),
    "structure.record_length": (
        "レコードの長さが違います（{count} バイト。定義は {wanted} バイト）。",
        "The record has {count} bytes, the layout says {wanted}.", _FIX, _FIX_EN,
    ),
    "structure.record_short": (
        "レコードが途中で切れています（{count} バイト。定義は {wanted} バイト）。",
        "The record is cut off ({count} bytes, the layout says {wanted}).", _FIX, _FIX_EN,
    ),
    "structure.record_kind": (
        "レコード区分（{mark}）が定義にありません。", "The mark {mark} is of no kind of record in the layout.",
        _FIX, _FIX_EN,
    ),
    "cell.packed": (
        "パック10進数として読めません（{where_ja}{bytes}）。", "It is no packed decimal ({where_en}{bytes}).",
        _FIX, _FIX_EN,
    ),
    "cell.zoned": (
        "ゾーン10進数として読めません（{where_ja}{bytes}）。", "It is no zoned decimal ({where_en}{bytes}).",
        _FIX, _FIX_EN,
    ),
    "cell.digits": (
        "桁数が定義（{limit} 桁）より多い数です。", "The number has more digits than the layout says ({limit}).",
        _FIX, _FIX_EN,
    ),
    "cell.negative": ("負の数はこの項目に使えません。", "The item takes no number below zero.", _FIX, _FIX_EN),
    "cell.nul": (
        "NUL（00、LOW-VALUE）が入っています。", "There are NUL bytes (low values).",
        "値なしの意味なら、low_values を empty にした版を作ってください。そうでなければ移行元で直してください。",
        'If they mean that there is no value, make a version of the layout with low_values = "empty".',
    ),
    "cell.host_byte": (
        "文字表「{table}」にない1バイトコードがあります（{where_ja}{bytes}）。",
        "There are single bytes that the table {table} lacks ({where_en}{bytes}).", _KANJI, _KANJI_EN,
    ),
    "cell.host_code": (
        "文字表「{table}」にない2バイトコードがあります（{where_ja}{bytes}）。",
        "There are two-byte codes that the table {table} lacks ({where_en}{bytes}).",
        "拡張漢字や外字なら、事業者の文字表を data/layouts/hosts の形式で加えてください。代わりの文字にはしません。",
        "If it is an extended character, add the vendor's table. No substitute is read.",
    ),
    "cell.shift_open": (
        "漢字に入るシフトコードのあとに、戻るシフトコードがありません（{where_ja}）。",
        "A shift into kanji is never closed ({where_en}).", _KANJI, _KANJI_EN,
    ),
    "cell.shift_odd": (
        "漢字の途中のバイト数が奇数です（{where_ja}）。", "There is an odd number of bytes in kanji ({where_en}).",
        _KANJI, _KANJI_EN,
    ),
    "cell.cut": (
        "項目の終わりで文字が途中で切れています（{where_ja}{bytes}）。",
        "A character is cut at the end of the item ({where_en}{bytes}).", _KANJI, _KANJI_EN,
    ),
    "cell.decode": (
        "{table} として読めないバイトがあります（{where_ja}{bytes}）{hint_ja}。",
        "There are bytes that are not {table} ({where_en}{bytes}){hint_en}.", _FIX, _FIX_EN,
    ),
    "write.too_long": (
        "{count} バイトになり、項目の {limit} バイトに収まりません。",
        "It takes {count} bytes, the item has {limit}.",
        "切り詰めては書きません。書き出し先の項目の長さを確かめてください。",
        "Nothing is cut: check the item's length in the layout written to.",
    ),
    "write.number": (
        "{storage} の数として書けません。", "It cannot be written as a {storage} number.",
        "値が誤りなら直し、定義の桁数と符号を確かめてください。", "Correct the value or check digits and sign.",
    ),
    "write.changed": (
        "書くと元どおりに読めない値です（末尾の空白など）。",
        "It would not read back as it is (blanks at its end, for instance).",
        "値の末尾の空白やゼロを確かめてください。", "Look at blanks and zeros at its ends.",
    ),
}  # fmt: skip

ROLES = {
    "header": ("ヘッダ", "header"), "data": ("データ", "data"), "trailer": ("トレーラ", "trailer"),
    "end": ("エンド", "end"),
}  # fmt: skip
