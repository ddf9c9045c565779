"""Words for what the pages of certificates show, in both languages."""

from __future__ import annotations

from typing import Any

from machikumo.certificates.domain.options import OPTION_TEXTS, Layout, Options
from machikumo.certificates.domain.requests import Channel, Handover, RequestKind
from machikumo.certificates.domain.states import State
from machikumo.kernel.ui.language import t

KIND = {kind.value: t(kind.label_ja, kind.label_en) for kind in RequestKind}
STATE = {state.value: t(state.label_ja, state.label_en) for state in State}
STATE_PAIRS = {state.value: (state.label_ja, state.label_en) for state in State}
STATE_KINDS = {"released": "success", "delivered": "success", "cancelled": "neutral", "refused": "error"}
STATE_ICONS = {"released": "check", "delivered": "check", "cancelled": "close", "refused": "warning"}
CHANNEL = {
    Channel.DESK.value: t("窓口", "Desk"),
    Channel.POST.value: t("郵送", "Post"),
    Channel.ONLINE.value: t("オンライン", "Online"),
    Channel.KIOSK.value: t("コンビニ等の端末", "Kiosk"),
}
HANDOVER = {
    Handover.DESK.value: t("窓口で渡す", "Hand over at the desk"),
    Handover.POST_TO_PERSON.value: t("本人の住所へ郵送する", "Post to the person's own address"),
}
LAYOUT = {
    Layout.HOUSEHOLD.value: t("世帯連記式（1枚に4人まで）", "Household layout (four people a sheet)"),
    Layout.INDIVIDUAL.value: t("個人票（1枚に1人）", "One-person layout"),
}
OPTION = {text.key: t(text.label_ja, text.label_en) for text in OPTION_TEXTS}
IDENTITY = {
    "individual_number_card": t("個人番号カード", "Individual Number Card"),
    "driving_licence": t("運転免許証", "Driving licence"),
    "passport": t("旅券", "Passport"),
    "residence_card": t("在留カード・特別永住者証明書", "Residence card"),
    "two_papers": t("本人確認書類2点", "Two other papers"),
    "other": t("その他（権限を示す書類など）", "Other (such as a proof of authority)"),
}
REASON = {
    "timed_out": t(
        "時間内に作成できなかったため取り消しました。証明書は発行していません。もう一度請求してください。",
        "Cancelled because it was not made in time. Nothing was issued; please ask again.",
    ),
    "record_changed": t(
        "作成中にこの世帯の記録が変わったため、取り消しました。証明書は発行していません。"
        "最新の記録を確かめて、もう一度請求してください。",
        "Cancelled because a record of this household changed meanwhile. Nothing was issued; look at the newest record "
        "and ask again.",
    ),
    "fault": t(
        "処理中に障害が起きたため取り消しました。証明書は発行していません。もう一度請求してください。",
        "Cancelled because of a fault. Nothing was issued; please ask again.",
    ),
    "requester": t("請求者の申し出により取り消しました。", "Cancelled at the requester's wish."),
    "held_back": t(
        "この請求は、この画面では交付できません。担当係の責任者に引き継いでください（案内番号 C-17）。",
        "This request cannot be completed here. Please hand it over to the head of the section (note C-17).",
    ),
    "missing_glyph": t(
        "印刷できない文字があります。文字の登録を確認してください。",
        "A character cannot be printed. Check the registered character.",
    ),
    "too_long": t(
        "氏名や住所が長く、様式の欄に入りません。個人票を試すか、責任者に相談してください。",
        "A value is too long for the form. Try the one-person layout or ask the section head.",
    ),
    "not_issuable": t(
        "記録の状態により、この内容では証明できません。選んだ人・様式・項目と世帯の記録を確認してください。",
        "The records do not allow this certificate. Check people, layout, items and the household's records.",
    ),
    "household_changed": t(
        "請求のあと世帯の構成が変わりました。もう一度請求してください。",
        "The household changed after the request. Please ask again.",
    ),
    "no_issuer": t("市区町村長の職名・氏名が設定されていません。", "The mayor's title and name are not set."),
    "not_ready": t(
        "証明書の設定（証明者、公開用アドレス、根拠の確認）が済んでいません。「証明書の設定」を開いてください。",
        "The settings of certificates (issuer, address, confirmations) are not complete. Open them.",
    ),
    "no_fee": t("手数料の表に当てはまる行がありません。", "The fee table has no row for this."),
    "read_back": t(
        "読み戻し照合が一致しなかったため発行していません。この経路の発行を止めました。責任者に連絡してください。",
        "It did not read back as asked, so nothing was issued and issuing is stopped. Tell the section head.",
    ),
}


def option_words(options: Options) -> list[Any]:
    """The optional items that were asked for."""
    return [words for key, words in OPTION.items() if getattr(options, key)]


def reason_words(reason: str) -> Any:
    """Why a request ended, for a person who may know no more than that."""
    return REASON.get(reason, reason)
