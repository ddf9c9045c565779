"""Words for strata, verdicts, forms and decisions, in both languages."""

from __future__ import annotations

from typing import Any

from machikumo.comparisons.domain.fields import PRINTED
from machikumo.comparisons.domain.judging import Decision, Form, Verdict
from machikumo.comparisons.domain.sampling import Stratum
from machikumo.kernel.ui.language import t
from machikumo.layouts.queries.catalogue import shipped

STRATA: dict[str, Any] = {
    Stratum.PROTECTED: t("支援措置", "Protection block"),
    Stratum.GAIJI: t("外字・異体字の氏名", "Name with gaiji"),
    Stratum.FOREIGN: t("外国人住民", "Foreign resident"),
    Stratum.HISTORY: t("履歴あり", "With a history"),
    Stratum.LARGE: t("3人以上の世帯", "Household of three or more"),
    Stratum.SINGLE: t("単身世帯", "Living alone"),
    Stratum.OLDEST: t("90歳以上", "90 or older"),
    Stratum.NEWBORN: t("1歳未満", "Younger than one"),
    Stratum.REMOVED: t("除票", "Removed record"),
    Stratum.PLAIN: t("その他", "Others"),
}
VERDICTS: dict[str, Any] = {
    Verdict.EQUAL: t("一致", "Equal"),
    Verdict.FORM: t("書き方だけ違う", "Equal but for form"),
    Verdict.DIFFERENT: t("差異", "Different"),
}
LOOKS = {Verdict.EQUAL: "success", Verdict.FORM: "info", Verdict.DIFFERENT: "error"}
FORMS: dict[str, Any] = {
    Form.BLANK: t("空欄の書き方", "How a blank is written"),
    Form.WIDTH: t("全角・半角", "Width of letters"),
    Form.SPACES: t("空白", "White space"),
    Form.DASHES: t("横棒の種類", "Kind of dash"),
    Form.ERA: t("日付の書き方", "Form of the date"),
}
DECISIONS: dict[str, Any] = {
    Decision.OURS_RIGHT: t("新システムが正しい", "Ours is right"),
    Decision.OLD_RIGHT: t("旧システムが正しい（直す）", "The old one is right: to be mended"),
    Decision.EXPLAINED: t("どちらも正しい（説明がつく）", "Both are right: explained"),
}
SOURCES: dict[str, Any] = {
    "": t("未回答", "Not answered"),
    "list": t("一覧ファイル", "List file"),
    "paper": t("紙から入力", "Typed from paper"),
}
PLACES: dict[str, Any] = {"certificate": t("証明書", "Certificate"), "register": t("台帳の項目", "Register item")}


def key_words(place: str, key: str) -> Any:
    """What a field is called: as the certificate or the standard layout names it."""
    if place == "certificate" and key in PRINTED:
        return t(*PRINTED[key])
    item = shipped().layout("resident-standard").by_key.get(key)
    return item.name if item is not None else key
