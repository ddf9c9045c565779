"""Item lists of two more made-up systems with their true counterparts in the standard row.

They were written before the proposals were tried on them and not changed afterwards, and no word was added to the
vocabulary for their sake: they measure what the proposals are worth for a system that nobody has seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.definitions.domain.document import CodeRow, CodeSheet, Document, Form, Head, ItemSheet

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout

SEX = CodeSheet(
    "stranger-sex", "性別", "made up", "1", value=(CodeRow("1", "男"), CodeRow("2", "女"), CodeRow("3", "不明"))
)
KIND = CodeSheet(
    "stranger-kind", "日本人外国人", "made up", "1", value=(CodeRow("N", "日本人"), CodeRow("G", "外国人"))
)
CODES = {one.key: one for one in (SEX, KIND)}
Row = tuple[str, str, str, int, str, str]
# key, name, type, length, codes, the target (nothing where there is none)
HOST: tuple[Row, ...] = (
    ("fld001", "個人番号（宛名）", "X", 10, "", "addressee_number"),
    ("fld002", "世帯番号", "X", 10, "", "household_number"),
    ("fld003", "履歴連番", "9", 3, "", "history_number"),
    ("fld004", "最新レコード区分", "BOOL", 1, "", "is_latest"),
    ("fld005", "日本人・外国人区分", "X", 1, "stranger-kind", "resident_kind"),
    ("fld006", "氏名漢字", "N", 60, "", "name"),
    ("fld007", "氏名カナ", "X", 60, "", "name_kana"),
    ("fld008", "通称名漢字", "N", 60, "", "common_name"),
    ("fld009", "旧姓", "N", 30, "", "former_name"),
    ("fld010", "生年月日", "WAREKI", 7, "", "birth_date"),
    ("fld011", "性別区分", "X", 1, "stranger-sex", "sex"),
    ("fld012", "続柄コード", "X", 4, "", "relationship_1"),
    ("fld013", "続柄名", "N", 10, "", "relationship_text"),
    ("fld014", "マイナンバー", "X", 12, "", "individual_number"),
    ("fld015", "住民票コード", "X", 11, "", "resident_record_code"),
    ("fld016", "現住所郵便番号", "X", 7, "", "address_postal_code"),
    ("fld017", "現住所都道府県", "N", 4, "", "address_prefecture"),
    ("fld018", "現住所市町村", "N", 12, "", "address_municipality"),
    ("fld019", "現住所大字", "N", 30, "", "address_town"),
    ("fld020", "現住所番地", "N", 30, "", "address_number"),
    ("fld021", "現住所方書", "N", 60, "", "address_building"),
    ("fld022", "異動事由", "X", 2, "", "event_reason"),
    ("fld023", "異動年月日", "WAREKI", 7, "", "event_date"),
    ("fld024", "届出年月日", "WAREKI", 7, "", "notified_on"),
    ("fld025", "住民となった日", "WAREKI", 7, "", "became_resident_on"),
    ("fld026", "住所を定めた日", "WAREKI", 7, "", "address_set_on"),
    ("fld027", "前住所（全文）", "N", 100, "", ""),
    ("fld028", "前住所郵便番号", "X", 7, "", "previous_address_postal_code"),
    ("fld029", "転出予定先市町村", "N", 12, "", "destination_planned_municipality"),
    ("fld030", "転出確定先市町村", "N", 12, "", "destination_fixed_municipality"),
    ("fld031", "本籍地", "N", 100, "", "registered_domicile"),
    ("fld032", "筆頭者氏名", "N", 60, "", "register_head"),
    ("fld033", "国籍", "N", 30, "", "nationality"),
    ("fld034", "在留資格", "X", 3, "", "residence_status_code"),
    ("fld035", "在留期間満了日", "WAREKI", 7, "", "residence_expires_on"),
    ("fld036", "在留カード番号", "X", 12, "", "residence_card_number"),
    ("fld037", "メモ欄", "N", 200, "", "remarks"),
    ("fld038", "更新端末ＩＤ", "X", 8, "", ""),
    ("fld039", "更新日時", "X", 14, "", ""),
    ("fld040", "印鑑登録番号", "X", 10, "", ""),
)
WEB: tuple[Row, ...] = (
    ("resident_no", "resident_no", "X", 12, "", "addressee_number"),
    ("household_no", "household_no", "X", 12, "", "household_number"),
    ("version", "version", "9", 4, "", "history_number"),
    ("is_current", "is_current", "BOOL", 5, "", "is_latest"),
    ("full_name", "full_name", "N", 100, "", "name"),
    ("full_name_kana", "full_name_kana", "N", 100, "", "name_kana"),
    ("name_romaji", "name_romaji", "N", 100, "", "name_roman"),
    ("alias_name", "alias_name", "N", 100, "", "common_name"),
    ("former_family_name", "former_family_name", "N", 50, "", "former_name"),
    ("sex", "sex", "X", 1, "stranger-sex", "sex"),
    ("date_of_birth", "date_of_birth", "DATE", 10, "", "birth_date"),
    ("relationship_code", "relationship_code", "X", 4, "", "relationship_1"),
    ("relationship_name", "relationship_name", "N", 20, "", "relationship_text"),
    ("my_number", "my_number", "X", 12, "", "individual_number"),
    ("juminhyo_code", "juminhyo_code", "X", 11, "", "resident_record_code"),
    ("zip", "zip", "X", 7, "", "address_postal_code"),
    ("pref_name", "pref_name", "N", 4, "", "address_prefecture"),
    ("city_name", "city_name", "N", 12, "", "address_municipality"),
    ("city_code", "city_code", "X", 6, "", "address_municipality_code"),
    ("town_name", "town_name", "N", 60, "", "address_town"),
    ("block_number", "block_number", "N", 50, "", "address_number"),
    ("apartment", "apartment", "N", 100, "", "address_building"),
    ("moved_in_on", "moved_in_on", "DATE", 10, "", "became_resident_on"),
    ("event_type", "event_type", "X", 2, "", "event_reason"),
    ("event_date", "event_date", "DATE", 10, "", "event_date"),
    ("reported_on", "reported_on", "DATE", 10, "", "notified_on"),
    ("prev_zip", "prev_zip", "X", 7, "", "previous_address_postal_code"),
    ("prev_city_name", "prev_city_name", "N", 12, "", "previous_address_municipality"),
    ("nationality_code", "nationality_code", "X", 3, "", "nationality_code"),
    ("visa_status_code", "visa_status_code", "X", 3, "", "residence_status_code"),
    ("visa_expires_on", "visa_expires_on", "DATE", 10, "", "residence_expires_on"),
    ("honseki", "honseki", "N", 200, "", "registered_domicile"),
    ("remarks", "remarks", "N", 400, "", "remarks"),
    ("email", "email", "X", 100, "", ""),
    ("created_by", "created_by", "X", 20, "", ""),
)
OFFICIAL = {  # the official list of addressees who are not residents, against the standard row
    "atenabango": "addressee_number", "kojinbango": "individual_number", "shimei": "name",
    "shimei_gaikokujinarufuabetto": "name_roman", "shimei_gaikokujinkanji": "name_foreign_kanji",
    "shimei_yomigana": "name_kana", "seibetsu": "sex", "seinengappi": "birth_date",
    "seinengappi_fushohyoki": "birth_date_text", "jusho_shikuchosonkodo": "address_municipality_code",
    "jusho_choazakodo": "address_town_code", "jusho_todofuken": "address_prefecture",
    "jusho_shikugunchosonmei": "address_municipality", "jusho_choaza": "address_town",
    "jusho_banchigohyoki": "address_number", "jusho_katagaki": "address_building",
    "jusho_katagaki_furigana": "address_building_kana", "jusho_yubinbango": "address_postal_code",
}  # fmt: skip


def layout_of(rows: tuple[Row, ...], key: str) -> Layout:
    """The layout of such a list."""
    items = tuple(
        ItemSheet(f"S-{at}", own, name, own, "", kind, length, codes=codes)
        for at, (own, name, kind, length, codes, _) in enumerate(rows, 1)
    )
    wanted = tuple(CODES[key] for key in sorted({row[4] for row in rows if row[4]}))
    form = Form(date_form="wareki", era_codes="era-1digit") if any(row[2] == "WAREKI" for row in rows) else Form()
    document = Document(Head(key, "1", key, key, "made up", "1"), form, items, wanted)
    from machikumo.layouts.queries.catalogue import shipped

    return document.layout(shipped().code_lists)


def truth_of(rows: tuple[Row, ...]) -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The true pairs of such a list."""
    return frozenset(((row[0],), (row[5],)) for row in rows if row[5])
