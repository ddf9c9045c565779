"""Forms of the room; labels in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from machikumo.kernel.ui.forms import EraDateField, FilterForm, PlainForm, any_choice
from machikumo.kernel.ui.language import t
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.bodies import COLOURS
from machikumo.organisations.domain.transfer_file import LARGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from machikumo.organisations.models import Section, StaffMember


COLOUR_NAMES = (
    ("青", "Blue"), ("紺", "Navy"), ("紫", "Purple"), ("赤紫", "Magenta"), ("えんじ", "Dark red"), ("茶", "Brown"),
    ("黄土", "Ochre"), ("苔", "Moss"), ("緑", "Green"), ("青緑", "Teal"), ("藍", "Indigo blue"),
    ("群青", "Ultramarine"), ("すみれ", "Violet"), ("ぶどう", "Grape"), ("あずき", "Russet"), ("墨", "Slate"),
)  # fmt: skip


class SignInForm(LoginForm):  # type: ignore[misc]  # untyped library
    """The sign-in name and the password."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["login"].label = t("サインイン名", "Sign-in name")
        self.fields["password"].label = t("パスワード", "Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # untyped library
    """A new passkey: its name and whether it signs in by itself."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.initial["name"] = t("この端末", "This device")
        self.fields["name"].label = t("名前", "Name")
        self.fields["name"].help_text = t(
            "どの端末か分かる名前にしてください。", "A name by which you know the device."
        )
        self.fields["passwordless"].label = t(
            "パスワードなしでサインインする（指紋・顔・PINで確認）",
            "Sign in without a password (finger, face or PIN instead)",
        )
        self.fields["passwordless"].help_text = ""


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]  # untyped library
    """Another name for a passkey."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["name"].label = t("名前", "Name")


class FindPeopleForm(FilterForm):
    """A part of name, kana or number, and the section."""

    q = forms.CharField(label=t("氏名・カナ・職員番号", "Name, kana or number"), required=False, max_length=50)
    section = forms.ChoiceField(label=t("所属", "Section"), required=False)

    def __init__(self, *arguments: Any, sections: Iterable[Section], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["section"].choices = [any_choice(), *_section_choices(sections)]  # type: ignore[attr-defined]


class StaffForm(PlainForm):
    """A new person who works here."""

    employee_number = forms.CharField(label=t("職員番号", "Employee number"), max_length=20)
    name = forms.CharField(label=t("氏名", "Name"), max_length=100)
    kana = forms.CharField(label=t("カナ", "Kana"), max_length=100, required=False)
    section = forms.ChoiceField(label=t("所属", "Section"), required=False)
    username = forms.CharField(
        label=t("サインイン名", "Sign-in name"),
        max_length=150,
        required=False,
        help_text=t("サインインしない人は空のままにします。", "Leave empty for somebody who does not sign in."),
    )

    def __init__(self, *arguments: Any, sections: Iterable[Section], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["section"].choices = [("", t("なし", "None")), *_section_choices(sections)]  # type: ignore[attr-defined]


class ChangeStaffForm(PlainForm):
    """What may change of a person: the name, the section, and whether the person still works here."""

    name = forms.CharField(label=t("氏名", "Name"), max_length=100)
    kana = forms.CharField(label=t("カナ", "Kana"), max_length=100, required=False)
    section = forms.ChoiceField(label=t("所属", "Section"), required=False)
    is_active = forms.TypedChoiceField(
        label=t("状態", "State"),
        choices=[
            ("yes", t("在職", "Works here")),
            ("no", t("退職（すべての役割が使えなくなります）", "Has left (no role counts)")),
        ],
        coerce=lambda value: value == "yes",
    )

    def __init__(self, *arguments: Any, sections: Iterable[Section], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["section"].choices = [("", t("なし", "None")), *_section_choices(sections)]  # type: ignore[attr-defined]


class AppearanceForm(PlainForm):
    """The colour and the English name of the organisation."""

    name_en = forms.CharField(label=t("英語名", "Name in English"), max_length=200, required=False)
    colour = forms.ChoiceField(label=t("団体の色", "Colour"), widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        pairs = zip(COLOURS, COLOUR_NAMES, strict=True)
        self.fields["colour"].choices = [(colour, _swatch(colour, t(*names))) for colour, names in pairs]  # type: ignore[attr-defined]


class AppointForm(PlainForm):
    """A role from a day to a day."""

    role = forms.ChoiceField(label=t("役割", "Role"))
    section = forms.ChoiceField(label=t("所属", "Section"), required=False)
    starts_on = EraDateField(label=t("発令日", "From"))
    ends_on = EraDateField(
        label=t("終了日", "Until"), required=False, help_text=t("決まっていなければ空のまま。", "Empty when open.")
    )
    reason = forms.CharField(label=t("理由", "Reason"), max_length=200, required=False)

    def __init__(self, *arguments: Any, kind: str, sections: Iterable[Section], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        roles = [(role.key, t(role.title.ja, role.title.en)) for role in catalogue().roles_of(kind)]
        self.fields["role"].choices = [("", t("選んでください", "Please choose")), *roles]  # type: ignore[attr-defined]
        self.fields["section"].choices = [("", t("なし", "None")), *_section_choices(sections)]  # type: ignore[attr-defined]


class EndForm(PlainForm):
    """The last day of an appointment."""

    ends_on = EraDateField(label=t("最後の日", "Last day"))
    reason = forms.CharField(label=t("理由", "Reason"), max_length=200, required=False)


class StandInForm(PlainForm):
    """Who stands in, from when to when."""

    staff = forms.ChoiceField(label=t("代理をする人", "Who stands in"))
    starts_on = EraDateField(label=t("最初の日", "First day"))
    ends_on = EraDateField(label=t("最後の日", "Last day"))
    reason = forms.CharField(label=t("理由", "Reason"), max_length=200, required=False)

    def __init__(self, *arguments: Any, people: Iterable[StaffMember], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        choices = [(str(person.pk), f"{person.name}（{person.employee_number}）") for person in people]
        self.fields["staff"].choices = [("", t("選んでください", "Please choose")), *choices]  # type: ignore[attr-defined]


class TransferForm(PlainForm):
    """The file of personnel changes."""

    file = forms.FileField(
        label=t("異動のCSVファイル", "CSV of transfers"),
        help_text=t("UTF-8またはシフトJIS、2MBまで", "UTF-8 or Shift_JIS, up to 2 MB"),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """The file, not larger than is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_BYTES:
            raise ValidationError(
                t("2MBを超えています。分けて取り込んでください。", "Larger than 2 MB: upload it in parts.")
            )
        return file


class SectionForm(PlainForm):
    """A section of the organisation."""

    code = forms.CharField(label=t("所属コード", "Section code"), max_length=20)
    name = forms.CharField(label=t("所属名", "Name"), max_length=100)
    name_en = forms.CharField(label=t("英語名", "Name in English"), max_length=200, required=False)


class MemberForm(PlainForm):
    """A municipality that joins the group."""

    member = forms.RegexField("^[0-9]{6}$", label=t("団体コード（6けた）", "Code (six digits)"))
    joined_on = EraDateField(label=t("参加日", "Joins on"))
    reason = forms.CharField(label=t("理由", "Reason"), max_length=200, required=False)


def _swatch(colour: str, name: Any) -> Any:
    """A drop of the colour beside its name."""
    drop = '<svg width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="11" fill="{}"/></svg> {}'
    return format_html(drop, colour, name)


def _section_choices(sections: Iterable[Section]) -> list[tuple[str, str]]:
    return [(str(section.pk), section.name) for section in sections]
