"""What the component page shows: made-up people of a made-up town, and one form with every kind of field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import AnonymousUser

from machikumo.kernel.registries import navigation
from machikumo.kernel.scope import Scope
from machikumo.kernel.ui.dates import JAPAN
from machikumo.kernel.ui.forms import EraDateField, FilterForm, PlainForm, any_choice, t
from machikumo.kernel.ui.svg import AgeBand, Bar, Series, bars, lines, meter, pyramid
from machikumo.kernel.ui.tables import Column, Table, chip, link, order_of, page_of

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class SampleTown:
    """A town of no place, with what the frame asks of an organisation."""

    code: str = "000000"
    name: str = "見本町"
    name_en: str = "Sample Town"
    colour: str = "#0a6b3d"
    is_training: bool = True


class SampleUser(AnonymousUser):
    """Somebody who looks signed in and has no account."""

    is_authenticated = True  # type: ignore[assignment]

    def get_username(self) -> str:
        """The name shown where a page has no other."""
        return "sample"


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A made-up resident."""

    number: str
    name: str
    kana: str
    birth_date: date
    state: str
    fee: int | None


FAMILIES = (
    *(("見本", "ミホン"), ("髙橋", "タカハシ"), ("𠮷田", "ヨシダ"), ("渡邉", "ワタナベ"), ("佐藤", "サトウ")),
    *(("鈴木", "スズキ"), ("山﨑", "ヤマサキ"), ("中村", "ナカムラ"), ("小林", "コバヤシ"), ("伊藤", "イトウ")),
)
GIVEN = (
    ("花子", "ハナコ"),
    ("一郎", "イチロウ"),
    ("さくら", "サクラ"),
    ("健", "ケン"),
    ("美咲", "ミサキ"),
    ("蓮", "レン"),
)
TOTAL = 230


def person(number: int) -> SamplePerson:
    """The made-up resident of that number: always the same one."""
    (family, family_kana), (given, given_kana) = FAMILIES[number % 10], GIVEN[number // 10 % 6]
    return SamplePerson(
        number=f"{10_000 + number * 13:015d}",
        name=f"{family}　{given}",
        kana=f"{family_kana}　{given_kana}",
        birth_date=date(1926, 12, 25) + timedelta(days=number * 3_571 % 36_000),
        state=("current", "current", "current", "moved", "died")[number * 3 % 5],
        fee=(300, None, 0, 1_200)[number % 4],
    )


PEOPLE = tuple(person(number) for number in range(TOTAL))
STATES = {
    "current": (t("現存", "Current"), "success"),
    "moved": (t("転出", "Moved out"), "neutral"),
    "died": (t("死亡", "Deceased"), "neutral"),
}


def _state(one: SamplePerson) -> str:
    words, kind = STATES[one.state]
    return chip(words, kind=kind)


COLUMNS = (
    Column("name", t("氏名", "Name"), sort=True, heading=True, cell=lambda one: link(one.name, "#datatable")),
    Column("kana", t("カナ", "Kana"), sort=True),
    Column("number", t("宛名番号", "Addressee number"), kind="code"),
    Column("birth_date", t("生年月日", "Birth date"), kind="date", sort=True),
    Column("fee", t("手数料（円）", "Fee (yen)"), kind="number"),
    Column("state", t("状態", "State"), cell=_state),
)


def table(request: HttpRequest) -> dict[str, Any]:
    """A table of people and the page of it that the address asks for."""
    order = order_of(request, COLUMNS, default="birth_date")
    key, down = order.lstrip("-"), order.startswith("-")
    page = page_of(request, sorted(PEOPLE, key=lambda one: str(getattr(one, key)), reverse=down), size=8)
    shown = Table(
        COLUMNS,
        page,
        caption=t("住民", "People"),
        order=order,
        query=request.GET,
        total=page.paginator.count,
        unit=("人", "people"),
    )
    return {"table": shown, "page": page}


class SampleForm(PlainForm):
    """One field of every kind."""

    name = forms.CharField(
        label=t("氏名", "Name"),
        max_length=100,
        help_text=t("姓と名の間は全角の空白を入れてください。", "Put a full-width space between the names."),
    )
    birth_date = EraDateField(label=t("生年月日", "Birth date"))
    district = forms.ChoiceField(
        label=t("町字", "District"),
        choices=[("", t("選んでください", "Please choose")), ("1", "見本町一丁目"), ("2", "見本町二丁目")],
    )
    kind = forms.ChoiceField(
        label=t("交付の種類", "Kind of certificate"),
        widget=forms.RadioSelect,
        choices=[("whole", t("世帯全員", "Whole household")), ("part", t("世帯の一部", "Part of the household"))],
    )
    options = forms.MultipleChoiceField(
        label=t("記載する項目", "Items to show"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("domicile", t("本籍・筆頭者", "Registered domicile")), ("relation", t("続柄", "Relationship"))],
    )
    reason = forms.CharField(
        label=t("理由", "Reason"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 4})
    )
    paper = forms.FileField(
        label=t("添付の書類", "Document"),
        required=False,
        help_text=t("PDF または写真。10 MB まで。", "PDF or photo, up to 10 MB."),
    )
    agreed = forms.BooleanField(label=t("内容を確かめました", "I have checked the contents"))


class SampleFilter(FilterForm):
    """A filter bar."""

    q = forms.CharField(label=t("氏名・カナ", "Name or kana"))
    state = forms.ChoiceField(
        label=t("状態", "State"), choices=[any_choice(), *((key, words) for key, (words, _) in STATES.items())]
    )


WRONG = {"birth_date_era": "平成", "birth_date_year": "31", "birth_date_month": "5", "birth_date_day": "1", "kind": "x"}
FILLED = {"name": "髙橋　一郎", "birth_date": date(1989, 1, 7), "kind": "whole", "options": ["relation"]}
AGES = tuple(
    AgeBand(f"{age}–{age + 9}", men, women)
    for age, men, women in (
        *((0, 2_310, 2_180), (10, 2_820, 2_690), (20, 2_450, 2_400), (30, 2_980, 2_900), (40, 4_120, 4_010)),
        *((50, 4_480, 4_520), (60, 3_720, 3_910), (70, 3_640, 4_330), (80, 1_540, 2_720), (90, 190, 760)),
    )
)


def drawings() -> dict[str, str]:
    """One drawing of each kind."""
    towns = [Bar("見本町", 412, stands_out=True), Bar("東見本市", 388), Bar("西見本村", 455), Bar("上見本町", 301)]
    years = ("令和4", "令和5", "令和6", "令和7", "令和8")
    courses = [Series("単独", (120, 121, 125, 131, 140)), Series("共同", (None, 150, 98, 90, 84))]
    return {
        "bar_drawing": bars("一人あたりの費用", towns, unit="円"),
        "line_drawing": lines("費用の見込み", years, courses, unit="百万円"),
        "pyramid_drawing": pyramid("年齢別の人口", AGES),
        "meter_drawing": meter("移行の済んだ町", 12, 19, unit="町"),
    }


def town_facts(request: HttpRequest, role: str = "desk_clerk") -> None:
    """Dress the request as one of the sample town, as an edge decorator would."""
    permissions = frozenset(entry.permission for _, entry in navigation.items())
    town = SampleTown()
    request.organisation = town  # type: ignore[attr-defined]
    request.scope = Scope(0, town.code, "account:0", role, permissions=permissions, training=True)  # type: ignore[attr-defined]
    request.user = SampleUser()
    request.task_count = 7  # type: ignore[attr-defined]
    request.person_name = t("見本　職員", "Sample Clerk")  # type: ignore[attr-defined]
    request.role_title = t("窓口担当", "Desk clerk")  # type: ignore[attr-defined]


def moments() -> dict[str, Any]:
    """Days and moments for the examples."""
    return {
        "birthday": date(1989, 1, 8),
        "today": date(2026, 11, 24),
        "then": datetime(2026, 11, 20, 13, 5, tzinfo=JAPAN),
    }
