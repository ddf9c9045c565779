"""What is said about every rule, in both languages, with what to do: one table, so that wording is kept in one place.

The words in braces are the facts of an issue. Facts never hold an unmasked value of a personal item.
"""

from __future__ import annotations

from typing import NamedTuple

from machikumo.layouts.domain.fixed.words import WORDS


class Message(NamedTuple):
    """The texts of one rule."""

    ja: str
    en: str
    remedy_ja: str
    remedy_en: str


_ASK = "移行元の事業者に、定義どおりに出し直すよう依頼してください。"
_ASK_EN = "Ask the outgoing vendor to export it as the layout says."
_FIX = "隔離ファイルの行を直して取り込み直すか、移行元の画面で直してください。"
_FIX_EN = "Correct the row in the quarantine file and read it in again, or correct it in the old system."

MESSAGES: dict[str, Message] = {
    "file.empty": Message("ファイルが空です。", "The file is empty.", _ASK, _ASK_EN),
    "file.header_only": Message(
        "見出し行だけで、データがありません。", "There is a header but no data.", _ASK, _ASK_EN
    ),
    "file.header": Message(
        "見出し行が定義と違います: {difference_ja}。",
        "The header differs from the layout: {difference_en}.",
        "列の並びと名前を定義に合わせるか、別の版のレイアウトを選んでください。どの行も取り込んでいません。",
        "Match the columns to the layout or choose another version of it. No row was read.",
    ),
    "file.bom": Message(
        "定義と違い、先頭に BOM が{state_ja}。", "Unlike the layout says, the byte order mark is {state_en}.",
        "内容には影響しません。読み飛ばして続けます。", "The content is not affected; reading goes on.",
    ),
    "file.utf16": Message(
        "ファイルは UTF-16 です。定義は {charset} です。", "The file is UTF-16, the layout says {charset}.",
        _ASK, _ASK_EN,
    ),
    "file.charset": Message(
        "定義は {charset} ですが、ファイルは {looks} のように見えます。",
        "The layout says {charset} but the file looks like {looks}.",
        "文字コードを移行元に確かめてください。推測で読み替えることはしません。",
        "Confirm the character set with the sender: it is never guessed.",
    ),
    "file.newline": Message(
        "改行が定義（{newline}）と違う行があります（{count} 行）。",
        "{count} lines end otherwise than the layout says ({newline}).",
        "内容には影響しません。続けて多い場合は移行元に確かめてください。",
        "The content is not affected; ask the sender if there are many.",
    ),
    "file.last_newline": Message(
        "最後の行に改行がありません。転送が途中で切れていないか確かめてください。",
        "The last line has no newline: check that the transfer was complete.",
        "移行元の件数と比べてください。", "Compare the count of rows with the sender's.",
    ),
    "file.ctrl_z": Message(
        "末尾に制御文字（1A）があります。", "There is a control character (1A) at the end.",
        "内容には影響しません。読み飛ばします。", "The content is not affected; it is skipped.",
    ),
    "file.long_line": Message(
        "{line} 行目から {size} バイト以内に改行がありません（{hint_ja}）。",
        "No newline within {size} bytes from line {line} ({hint_en}).", _ASK, _ASK_EN,
    ),
    "structure.columns_few": Message(
        "列が足りません（{count} 列。定義は {wanted} 列）。", "Too few columns ({count}, the layout has {wanted}).",
        _FIX, _FIX_EN,
    ),
    "structure.columns_many": Message(
        "列が多すぎます（{count} 列。定義は {wanted} 列）。"
        "区切りの「,」を含む値が引用符で囲まれていない可能性があります。",
        "Too many columns ({count}, the layout has {wanted}); a value with a comma may lack its quotes.", _FIX, _FIX_EN,
    ),
    "structure.quote_open": Message(
        '{line} 行目で開いた引用符「"」が閉じていません。', "A quote opened in line {line} is never closed.",
        _FIX, _FIX_EN,
    ),
    "structure.quote": Message(
        '引用符「"」の使い方が正しくありません。', "Quotes are not used as in CSV.", _FIX, _FIX_EN
    ),
    "structure.nul": Message("NUL 文字（00）が入っています。", "There is a NUL byte.", _FIX, _FIX_EN),
    "structure.lone_cr": Message(
        "行の途中に復帰文字（CR）があります。", "There is a lone carriage return within the line.", _FIX, _FIX_EN
    ),
    "structure.blank": Message(
        "空の行があります（{count} 行）。", "There are {count} blank lines.",
        "読み飛ばしました。件数には数えません。", "They were skipped and are not counted.",
    ),
    "structure.decode": Message(
        "{charset} として読めないバイト（{bytes}）があります{hint_ja}。",
        "There are bytes ({bytes}) that are not {charset}{hint_en}.", _FIX, _FIX_EN,
    ),
    "cell.unreadable": Message(
        "読めなかったバイトの跡（\ufffd）が残っています。",
        "The trace (\ufffd) of bytes that could not be read is left.",
        "正しい文字に直してください。", "Write the right characters in its place.",
    ),
    "cell.required": Message("必須の項目が空です。", "A required item is empty.", _FIX, _FIX_EN),
    "cell.condition": Message(
        "この行では必須の項目が空です（条件: {condition}）。",
        "The item must be filled in this row (condition: {condition}).", _FIX, _FIX_EN,
    ),
    "cell.width": Message(
        "{wanted_ja}の項目に、そうでない文字（{characters}）があります。",
        "The item takes {wanted_en} characters only; found {characters}.",
        "全角と半角の混在を移行元で直すか、対応表に変換を加えてください。",
        "Mend the mixture of widths at the source, or add a step to the mapping.",
    ),
    "cell.length": Message(
        "長すぎます（{count} 文字。上限は {limit} 文字）。", "Too long ({count} characters, limit {limit}).",
        "略さずに入るよう定義の版を確かめ、値が誤りなら直してください。",
        "Check the version of the layout, or correct the value.",
    ),
    "cell.text": Message(
        "印刷できない文字か外字が入っています。", "There are control or user-defined characters.", _FIX, _FIX_EN
    ),
    "cell.number": Message("数の形ではありません。", "It is not written as a number.", _FIX, _FIX_EN),
    "cell.year": Message("年の形（4桁）ではありません。", "It is not a year of four digits.", _FIX, _FIX_EN),
    "cell.time": Message("時刻の形ではありません。", "It is not a time.", _FIX, _FIX_EN),
    "cell.boolean": Message("{yes} か {no} のどちらでもありません。", "It is neither {yes} nor {no}.", _FIX, _FIX_EN),
    "cell.date": Message("日付が正しくありません: {reason_ja}。", "It is not a day: {reason_en}.", _FIX, _FIX_EN),
    "cell.wareki": Message(
        "和暦の日付が正しくありません: {reason_ja}。", "It is not a day: {reason_en}.", _FIX, _FIX_EN
    ),
    "cell.code": Message(
        "コード表「{list}」にない値です。", "The value is not in the code list '{list}'.",
        "廃止されたコードでないか確かめ、対応を決めてください。",
        "Check for withdrawn codes and decide what they become.",
    ),
    "cell.pattern": Message("形が定義（{pattern}）と違います。", "It does not have the form {pattern}.", _FIX, _FIX_EN),
    "cell.range": Message("範囲（{low}〜{high}）の外です。", "It lies outside {low} to {high}.", _FIX, _FIX_EN),
    "cell.check_digit": Message(
        "検査用数字が合いません（{training_ja}）。", "The check digit does not fit ({training_en}).",
        "入力の誤りか、練習用と本番用の取り違えです。番号は表示しません。届出書で確かめてください。",
        "A slip of typing, or training and real numbers mixed up. The number is not shown.",
    ),
    "cell.gaiji": Message(
        "対応の決まっていない外字（{characters}）があります。",
        "There are user-defined characters without a decision ({characters}).",
        "外字対応表に二人の決定で加えてから、隔離ファイルを取り込み直してください。",
        "Let two people decide what it is, add it to the table, and read the quarantine file in again.",
    ),
    "cell.selector": Message(
        "異体字セレクタの使い方が正しくないか、この項目では使えません。",
        "A variation selector stands in a wrong place or is not allowed here.", _FIX, _FIX_EN,
    ),
    "set.unique": Message(
        "同じ主キーの行が {first} 行目にもあります。", "Row {first} has the same key.",
        "どちらが正しいかを移行元で確かめてください。先の行を残し、この行を隔離しました。",
        "Find out which is right; the earlier row was kept and this one held back.",
    ),
    "set.two_heads": Message(
        "世帯に世帯主が {count} 人います（行 {rows}）。", "The household has {count} heads (rows {rows}).",
        "世帯の構成を移行元で確かめ、続柄を直してください。", "Check the household and correct the relationships.",
    ),
    "set.no_head": Message(
        "世帯に世帯主がいません（行 {rows}）。", "The household has no head (rows {rows}).",
        "世帯主が消除されたままか、世帯番号の誤りです。世帯主の変更を確かめてください。",
        "The head was removed without a successor, or the household number is wrong.",
    ),
    "set.history_gap": Message(
        "履歴番号が飛んでいます（{before} の次が {after}）。", "The history numbers jump from {before} to {after}.",
        "抽出漏れの履歴がないか確かめてください。", "Check whether rows of the history were left out.",
    ),
    "set.history_overlap": Message(
        "履歴の異動日が前の履歴より古くなっています（前は行 {other}）。",
        "The event is older than that of the row before it (row {other}).",
        "履歴の順を移行元で確かめてください。", "Check the order of the history in the old system.",
    ),
    "set.two_latest": Message(
        "最新の履歴が {count} 件あります（行 {rows}）。", "{count} rows are marked as the latest (rows {rows}).",
        "最新フラグを1件にしてください。", "Leave the mark on one row.",
    ),
    "set.no_latest": Message(
        "最新の履歴がありません（行 {rows}）。", "No row is marked as the latest (rows {rows}).",
        "抽出条件（最新分を含むか）を確かめてください。", "Check whether the export left the latest rows out.",
    ),
    "set.latest_not_last": Message(
        "最新フラグが最後の履歴にありません（最後は行 {other}）。",
        "The latest mark is not on the last row (row {other}).",
        "最新フラグか履歴番号を直してください。", "Correct the mark or the history number.",
    ),
    "set.not_before": Message(
        "{earlier} より前の日付です。", "It lies before {earlier_en}.", "どちらの日付が誤りかを確かめてください。",
        "Check which of the two dates is wrong.",
    ),
    "cell.code_history": Message(
        "コード表「{list}」で、{deciding} の日には使えないコードです（廃止されたか、まだ施行されていません）。",
        "The code of the list '{list}' was not in force on the day of {deciding_en}.",
        "その日に有効なコードを移行元で確かめてください。", "Find out which code was in force on that day.",
    ),
    "set.cross_field": Message(
        "項目の間の決まりに合いません: {rule}。", "It does not agree with other items: {rule}.", _FIX, _FIX_EN
    ),
    "set.compare": Message(
        "「{right}」と比べて {sign} になっていません。", "It is not {sign} {right_en}.",
        "どちらの値が誤りかを確かめてください。", "Check which of the two values is wrong.",
    ),
    "set.uncertain_text": Message(
        "不詳なのに表記がありません（{flag}）。",
        "It is marked as uncertain ({flag_en}) but there are no words for it.",
        _FIX, _FIX_EN,
    ),
    "set.uncertain_value": Message(
        "不詳なのに日付が入っています（{flag}）。", "It is marked as uncertain ({flag_en}) but holds a date.",
        _FIX, _FIX_EN,
    ),
    "set.uncertain_flag": Message(
        "不詳の表記があるのに、不詳になっていません。", "There are words for an uncertain date without the mark.",
        _FIX, _FIX_EN,
    ),
    "set.period_end": Message(
        "期間の終わりが始めより前です。", "The period ends before it begins.", _FIX, _FIX_EN,
    ),
    "set.period_overlap": Message(
        "期間が前の期間（行 {other}）と重なっています。", "The period overlaps the one before it (row {other}).",
        "どちらの期間が正しいかを移行元で確かめてください。", "Find out which of the two periods is right.",
    ),
    "set.period_gap": Message(
        "前の期間（行 {other}）との間が空いています。", "There is a gap after the period before it (row {other}).",
        "抽出漏れの期間がないか確かめてください。", "Check whether a period was left out.",
    ),
    "set.held": Message(
        "事前検査で隔離と決まった行です（{reason_ja}）。", "Held back by the check before ({reason_en}).", _FIX, _FIX_EN
    ),
    "number.clash": Message(
        "この番号は別の人（宛名番号 {holder}）がすでに持っています。行は取り込み、番号は保管庫に入れていません。",
        "Another person (addressee number {holder}) has this number. The row was loaded, its number was not kept.",
        "二人の本人確認書類か住民票で番号を確かめ、正しい人の番号を窓口の画面から登録してください。",
        "Confirm both people's numbers by their papers and enter the right one at the counter.",
    ),
    "number.refused": Message(
        "番号として正しくないので保管庫に入れていません。行は取り込みました。",
        "It is not a valid number and was not kept. The row was loaded.",
        "番号を確かめ、窓口の画面から登録してください。", "Confirm the number and enter it at the counter.",
    ),
    "row.differs": Message(
        "宛名番号 {addressee}、履歴 {history} の行が台帳にあり、内容が違います（{items}）。"
        "台帳は変えていません。",
        "The register has a row {history} of {addressee} with other contents ({items}). It was left as it is.",
        "どちらが正しいか原本で確かめてください。台帳を直すときは、窓口の画面で修正するか、"
        "新しい履歴番号の行として取り込みます。",
        "Find out which is right. To change the register, correct it at the counter or move in a row with a new "
        "history number.",
    ),
    "convert.step": Message(
        "標準の項目に変換できません: {reason_ja}。", "It cannot be converted: {reason_en}.",
        "対応表に値を加えるか、値を直してください。", "Add the value to the mapping or correct it.",
    ),
    "write.unmappable": Message(
        "文字（{characters}）は {charset} では書けません。",
        "The characters {characters} cannot be written in {charset}.",
        "代わりの文字は書きません。外字対応表に加えるか、書き出し先の文字コードを見直してください。",
        "No substitute is written: add it to the 外字 table or choose another character set.",
    ),
    "stop.threshold": Message(
        "規則「{rule}」の誤りが {count} 件になり、上限 {limit} 件を超えたので止めました。",
        "Stopped: rule {rule} failed {count} times, the limit is {limit}.",
        "ファイルかレイアウトの版が違う可能性があります。最初の数件を見てください。",
        "The file or the version of the layout may be the wrong one: look at the first few.",
    ),
}  # fmt: skip
MESSAGES |= {rule: Message(*texts) for rule, texts in WORDS.items()}
