from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from machikumo.kernel.ui.forms import EraDateField, FilterForm, PlainForm, any_choice, t
from machikumo.kernel.ui.language import activate
from machikumo.kernel.ui.samples import FILLED, WRONG, SampleForm
from machikumo.kernel.ui.widgets import joined


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    activate("ja")
    yield
    translation.deactivate()


class Small(PlainForm):
    name = forms.CharField(label=t("氏名", "Name"), max_length=5, help_text=t("全角で", "Full width"))
    born = EraDateField(label=t("生年月日", "Birth date"), required=False)
    kind = forms.ChoiceField(label=t("種類", "Kind"), choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


class Filter(FilterForm):
    q = forms.CharField(label=t("氏名", "Name"))
    state = forms.ChoiceField(label=t("状態", "State"), choices=[any_choice(), ("x", "現存")])


def small(**data: Any) -> Small:
    return Small({"name": "見本", "kind": "a"} | data)


def shown(source: str, **facts: Any) -> str:
    return " ".join(Template("{% load ui %}" + source).render(Context(facts)).split())


def born(era: str, year: str, month: str, day: str) -> dict[str, str]:
    return {"born_era": era, "born_year": year, "born_month": month, "born_day": day}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("令和", "6", "5", "1"), date(2024, 5, 1)),
        (("令和", "元", "5", "1"), date(2019, 5, 1)),
        (("昭和", "６４", "１", "７"), date(1989, 1, 7)),
        (("西暦", "2024", "2", "29"), date(2024, 2, 29)),
        (("令和", "", "", ""), None),
    ],
)
def test_a_day_is_read_in_either_count(parts: tuple[str, ...], expected: Any) -> None:
    form = small(**born(*parts))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born"] == expected


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("平成", "31", "5", "1"), "令和元年5月1日"),
        (("令和", "5", "2", "29"), "暦にありません"),
        (("令和", "6", "", "1"), "年・月・日をすべて"),
        (("昭和", "x", "1", "1"), "読み取れません"),
        (("西暦", "2024", "13", "1"), "暦にありません"),
        (("令和", "6", "5", "1<script>"), "読み取れません"),
    ],
)
def test_a_wrong_day_is_refused_with_what_to_do(parts: tuple[str, ...], message: str) -> None:
    form = small(**born(*parts))
    assert not form.is_valid()
    assert message in form.errors["born"][0]


def test_a_wrong_day_speaks_english_to_english_readers() -> None:
    activate("en")
    form = small(**born("平成", "31", "5", "1"))
    assert "lies outside its era" in form.errors["born"][0]


def test_a_required_day_asks_for_itself() -> None:
    form = SampleForm({})
    assert form.errors["birth_date"] == ["日付を入力してください。"]


def test_a_day_is_shown_as_people_know_it() -> None:
    form = Small(initial={"born": date(2019, 5, 1)})
    markup = shown("{% field form.born %}", form=form)
    assert '<option value="令和" selected>' in markup
    assert 'value="1"' in markup
    assert "令和元年5月1日（2019年）" in markup


def test_an_english_reader_gets_the_gregorian_day() -> None:
    activate("en")
    markup = shown("{% field form.born %}", form=Small(initial={"born": date(2019, 5, 1)}))
    assert '<option value="西暦" selected>Gregorian' in markup
    assert 'value="2019"' in markup


def test_a_day_before_all_eras_is_shown_in_gregorian() -> None:
    markup = shown("{% field form.born %}", form=Small(initial={"born": date(1868, 1, 1)}))
    assert '<option value="西暦" selected>' in markup


def test_an_empty_day_offers_the_newest_era() -> None:
    assert '<option value="令和" selected>' in shown("{% field form.born %}", form=Small())


def test_a_day_that_stays_has_not_changed() -> None:
    field = EraDateField(label="日")
    assert not field.has_changed(date(2024, 5, 1), ["令和", "6", "5", "1"])
    assert field.has_changed(date(2024, 5, 1), ["令和", "6", "5", "2"])
    assert field.has_changed(date(2024, 5, 1), ["令和", "6", "99", "2"])


def test_parts_are_joined_as_they_are_read() -> None:
    assert joined(["令和", "6", "5", "1"]) == "令和6年5月1日"
    assert joined(["西暦", "2024", "5", "1"]) == "2024年5月1日"
    assert joined(["令和", " ", None, ""]) == ""


def test_a_field_left_empty_says_what_to_do() -> None:
    form = Small({"name": "", "kind": ""})
    assert form.errors["name"] == ["氏名を入力してください。"]
    assert form.errors["kind"] == ["種類を選んでください。"]
    activate("en")
    assert Small({"name": "", "kind": ""}).errors["name"] == ["Enter: Name."]


def test_files_and_ticks_say_what_to_do() -> None:
    class Papers(PlainForm):
        paper = forms.FileField(label=t("書類", "Document"))
        agreed = forms.BooleanField(label=t("同意", "Agreed"))

    errors = Papers({}).errors
    assert errors["paper"] == ["書類のファイルを選んでください。"]
    assert "チェック" in errors["agreed"][0]


def test_a_text_too_long_and_a_forged_choice_say_what_to_do() -> None:
    form = small(name="あいうえおか", kind="z")
    assert form.errors["name"] == ["5文字以内で入力してください。"]
    assert form.errors["kind"] == ["一覧にない値です。選び直してください。"]


def test_a_field_has_label_need_help_and_connects_them() -> None:
    markup = shown("{% field form.name %}", form=Small())
    assert (
        '<label class="mk-field__label" for="id_name">氏名 <span class="mk-field__need">※必須</span> </label>' in markup
    )
    assert 'id="id_name_help">全角で</p>' in markup
    assert 'aria-describedby="id_name_help"' in markup
    assert 'class="mk-input"' in markup
    assert "aria-invalid" not in markup


def test_a_wrong_field_points_to_its_error() -> None:
    markup = shown("{% field form.name width='short' %}", form=Small({"kind": "a"}))
    assert 'aria-describedby="id_name_help id_name_error"' in markup
    assert 'aria-invalid="true"' in markup
    assert 'id="id_name_error"' in markup
    assert "mk-input--short" in markup


def test_choices_are_a_group_with_a_legend() -> None:
    markup = shown("{% field form.kind row=True %}", form=small())
    assert markup.startswith('<fieldset class="mk-field"> <legend class="mk-field__label">種類')
    assert 'id="id_kind_0" checked' in markup
    assert 'id="id_kind_1"><span>乙' in markup
    assert "mk-choices--row" in markup


def test_several_choices_keep_what_was_ticked() -> None:
    markup = shown("{% field form.options %}", form=SampleForm(initial=FILLED))
    assert 'value="relation" id="id_options_1" checked' in markup
    assert 'value="domicile" id="id_options_0">' in markup


def test_a_tick_box_stands_before_its_label() -> None:
    markup = shown("{% field form.agreed %}", form=SampleForm())
    assert '<label class="mk-choice"><input type="checkbox" name="agreed"' in markup


def test_a_long_text_tells_how_much_it_takes() -> None:
    markup = shown("{% field form.reason %}", form=SampleForm())
    assert 'data-mk-count="id_reason">200文字まで' in markup
    assert 'maxlength="200"' in markup


def test_a_file_is_chosen_in_a_box_of_its_own() -> None:
    assert '<div class="mk-file"><input type="file"' in shown("{% field form.paper %}", form=SampleForm())


def test_all_fields_come_in_order_with_the_hidden_ones_last() -> None:
    markup = shown("{% fields form %}", form=Small())
    places = [markup.index(f'name="{name}') for name in ("name", "born_era", "kind", "secret")]
    assert places == sorted(places)


def test_the_summary_leads_to_each_wrong_input() -> None:
    form = SampleForm(WRONG)
    form.add_error(None, "組み合わせが正しくありません。")
    markup = shown("{% error_summary form %}", form=form)
    assert "入力に6か所の誤りがあります" in markup
    assert "組み合わせが正しくありません。" in markup
    fields = shown("{% fields form %}", form=form)
    for target in ("id_name", "id_birth_date_0", "id_district", "id_kind_0", "id_agreed"):
        assert f'href="#{target}"' in markup
        assert f'id="{target}"' in fields


def test_a_right_form_has_no_summary() -> None:
    assert shown("{% error_summary form %}", form=small()) == ""


def test_a_fault_in_a_hidden_field_is_told_without_a_link() -> None:
    form = small()
    form.add_error("secret", "時間が切れました。")
    markup = shown("{% error_summary form %}", form=form)
    assert "<li>時間が切れました。</li>" in markup


def test_typed_text_is_escaped() -> None:
    markup = shown(
        "{% fields form %}{% error_summary form %}", form=small(name='"><script>', **born("令和", "<b>", "1", "1"))
    )
    assert "<script>" not in markup
    assert "<b>" not in markup


def test_a_filter_asks_for_nothing_and_says_no_need() -> None:
    form = Filter(QueryDict(""))
    assert form.is_valid()
    markup = shown("{% filter_form form %}", form=form)
    assert "必須" not in markup
    assert "任意" not in markup
    assert "すべて表示" not in markup


def test_a_filter_in_use_can_be_taken_off() -> None:
    markup = shown("{% filter_form form action='/r/' %}", form=Filter(QueryDict("q=髙橋")))
    assert 'href="?"' in markup
    assert 'action="/r/"' in markup
    assert 'value="髙橋"' in markup


def test_a_day_that_is_a_day_already_stays_as_it_is() -> None:
    assert EraDateField(label="日").to_python(date(2024, 5, 1)) == date(2024, 5, 1)
    assert EraDateField(label="日", required=False).to_python(None) is None


def test_a_hidden_field_is_drawn_without_label_or_help() -> None:
    markup = shown("{% field form.secret %}", form=Small())
    assert markup == '<input type="hidden" name="secret" id="id_secret">'
