"""What the desk clerk types for a certificate, and what somebody types to check one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from machikumo.certificates import words
from machikumo.certificates.domain.certifying import CertificationRefused, refuse_certification
from machikumo.certificates.domain.dates import printed
from machikumo.certificates.domain.options import OPTION_TEXTS, Extent, Layout, Options
from machikumo.certificates.domain.orders import Order
from machikumo.certificates.domain.requests import Handover, RequestKind, refusals
from machikumo.kernel.ui.forms import EraDateField, PlainForm
from machikumo.kernel.ui.language import t

if TYPE_CHECKING:
    from machikumo.certificates.domain.records import HouseholdRecord, MemberRecord

KEY_LENGTH = 64
FIELD_OF = {text.key: "items" for text in OPTION_TEXTS}


def fresh_key() -> str:
    """A key under which this form's order is received once, however often it is sent."""
    return str(uuid4())


def _told_apart(member: MemberRecord) -> str:
    """A member's name with relationship and birth date, so that people of one name are not taken for each other."""
    day = member.text("birth_date")
    uncertain = member.text("birth_date_uncertain") == "1"
    born = printed(day, uncertain=uncertain, text=member.text("birth_date_text"))
    return f"{member.text('name')}（{'　'.join(filter(None, (member.text('relationship_text'), born)))}）"


class OrderForm(PlainForm):
    """The order for a certificate of residence: who asks, on what ground, of whom, and what it shows."""

    key = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput, initial=fresh_key)
    person = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=t("請求する人", "Who asks"),
        choices=lambda: list(words.KIND.items()),
        widget=forms.RadioSelect,
        initial=RequestKind.SELF.value,
    )
    requester_name = forms.CharField(label=t("請求者の氏名", "Requester's name"), max_length=100)
    identity_check = forms.ChoiceField(
        label=t("本人確認の方法", "How identity was checked"),
        choices=lambda: [("", t("選んでください", "Choose")), *words.IDENTITY.items()],
    )
    ground = forms.CharField(
        label=t("使いみち・提出先、委任の内容", "Use and recipient, or what was delegated"),
        help_text=t("代理人・第三者の請求では必ず入力してください。", "Needed when a proxy or a third party asks."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    persons = forms.TypedMultipleChoiceField(
        label=t("記載する人", "People to show"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=t("全員を選ぶと「世帯全員」の写しになります。", "Everybody chosen: of the whole household."),
    )
    layout = forms.ChoiceField(
        label=t("様式", "Layout"),
        choices=lambda: list(words.LAYOUT.items()),
        widget=forms.RadioSelect,
        initial=Layout.HOUSEHOLD.value,
    )
    items = forms.MultipleChoiceField(
        label=t("記載する項目", "Items to show"),
        choices=lambda: list(words.OPTION.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=t("選ばない項目は【省略】と印刷します。", "Items not chosen are printed as omitted."),
    )
    handover = forms.ChoiceField(
        label=t("渡し方", "Handing over"),
        choices=lambda: list(words.HANDOVER.items()),
        widget=forms.RadioSelect,
        initial=Handover.DESK.value,
    )

    def __init__(self, *args: Any, household: HouseholdRecord, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.household = household
        persons = self.fields["persons"]
        persons.choices = [(member.person_id, _told_apart(member)) for member in household.members]  # type: ignore[attr-defined]
        persons.initial = list(household.person_ids)

    def clean(self) -> dict[str, Any]:
        """Refuse at once what may not be given, at the field that asks for it."""
        facts: dict[str, Any] = super().clean() or {}
        if not self.errors:
            order = self.order()
            for refusal in refusals(order.kind, order.options, ground=order.ground, handover=order.handover):
                field = FIELD_OF.get(refusal.field, refusal.field)
                self.add_error(field, t(refusal.message_ja, refusal.message_en))
        return facts

    def order(self) -> Order:
        """The order that was typed."""
        facts = self.cleaned_data
        chosen = set(facts["persons"])
        whole = chosen == set(self.household.person_ids)
        options = Options(
            layout=Layout(facts["layout"]),
            extent=Extent.WHOLE if whole else Extent.PART,
            **{text.key: text.key in facts["items"] for text in OPTION_TEXTS},
        )
        return Order(
            person_ids=tuple(person for person in self.household.person_ids if person in chosen),
            kind=RequestKind(facts["kind"]),
            requester_name=facts["requester_name"],
            options=options,
            handover=Handover(facts["handover"]),
            identity_check=facts["identity_check"],
            ground=facts["ground"],
        )


class CheckForm(PlainForm):
    """Two items from a paper in one's hand."""

    number = forms.CharField(
        label=t("発行番号", "Number of the paper"),
        help_text=t("紙の右上にあります（例 2026-000123）。", "At the top right of the paper, such as 2026-000123."),
        max_length=20,
    )
    birth_date = EraDateField(
        label=t("記載された人の生年月日", "Birth date of somebody on the paper"),
        help_text=t("どなたか一人の生年月日を入力してください。", "The birth date of any person shown."),
    )


class CodeForm(PlainForm):
    """The code printed below the square pattern of a paper."""

    code = forms.CharField(
        label=t("確認コード", "Code of the paper"),
        help_text=t(
            "紙の二次元コードのそばに印刷されたアドレスの最後の部分です。アドレス全体を貼り付けてもかまいません。",
            "The last part of the address printed beside the square code. The whole address will do too.",
        ),
        max_length=200,
    )

    def clean_code(self) -> str:
        """The code alone: of a whole address its last part; spaces and capitals do not matter."""
        code = "".join(self.cleaned_data["code"].split()).rstrip("/").rpartition("/")[2].lower()
        if not (code.isascii() and code.isalnum()):
            raise ValidationError(
                t("紙に印刷されたとおりに、英数字で入力してください。", "Letters and digits as on the paper, please.")
            )
        return code


class WithdrawForm(PlainForm):
    """Why an issued paper is void."""

    reason = forms.ChoiceField(
        label=t("無効にする理由", "Why it is void"),
        choices=[
            ("spoilt", t("印刷の失敗・汚損", "Spoilt in printing")),
            ("wrong_order", t("請求内容の誤り", "The order was wrong")),
            ("wrong_handover", t("誤って交付した", "Handed over by mistake")),
        ],
    )


class IssuerForm(PlainForm):
    """Who certifies from a day on, and in which words."""

    mayor_title = forms.CharField(
        label=t("職名", "Title"),
        help_text=t("紙に印刷されるとおり（例 見本市長）。", "As printed, such as 見本市長."),
        max_length=60,
    )
    mayor_name = forms.CharField(label=t("氏名", "Name"), max_length=60)
    certification = forms.CharField(
        label=t("認証文", "Words of certification"),
        help_text=t(
            "{範囲} は「世帯全員」か「世帯の一部の者」、{種類} は「住民票」か「除票」に置き換わります。",
            "{範囲} becomes 世帯全員 or 世帯の一部の者; {種類} becomes 住民票 or 除票.",
        ),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.CharField(
        label=t("根拠", "Source"),
        help_text=t(
            "認証文を定めた規則・要綱、就任の告示など。",
            "The rule or guideline that sets the words, the notice of office.",
        ),
        max_length=200,
    )
    valid_from = EraDateField(
        label=t("適用開始日", "From"),
        help_text=t("この日に発行するものから使います。", "Used on what is issued from that day on."),
    )

    def clean_certification(self) -> str:
        """Words that the paper can carry."""
        given = str(self.cleaned_data["certification"]).strip()
        try:
            refuse_certification(given)
        except CertificationRefused as refused:
            raise ValidationError(t(refused.message_ja, refused.message_en)) from None
        return given


class ConfirmForm(PlainForm):
    """After which source somebody found a statement right."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    source = forms.CharField(
        label=t("照合した根拠", "Source compared with"),
        help_text=t(
            "法令・条例・規則の名前と条、確認した版や日付を書いてください。",
            "Name and article of the law, ordinance or rule, and its edition or date.",
        ),
        max_length=300,
    )
