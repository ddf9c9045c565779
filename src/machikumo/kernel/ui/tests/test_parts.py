from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from machikumo.kernel.ui.language import activate


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    activate("ja")
    yield
    translation.deactivate()


def shown(source: str, **facts: Any) -> str:
    return " ".join(Template("{% load ui %}" + source).render(Context(facts)).split())


def test_a_button_sends_and_is_the_main_action() -> None:
    assert shown("{% button %}送る{% endbutton %}") == (
        '<button class="mk-button mk-button--primary" type="submit">送る</button>'
    )


def test_a_button_with_an_address_is_a_link_and_stands_back() -> None:
    markup = shown('{% button href=url icon="print" %}印刷{% endbutton %}', url="/a/?b=1&c=2")
    assert markup.startswith('<a class="mk-button mk-button--secondary" href="/a/?b=1&amp;c=2"><svg')
    assert markup.endswith("印刷</a>")


def test_a_button_takes_name_value_form_size_and_state() -> None:
    markup = shown(
        '{% button kind="danger" name="do" value=x form="f1" size="small" disabled=True %}消す{% endbutton %}',
        x="<x>",
    )
    assert 'class="mk-button mk-button--danger mk-button--small"' in markup
    assert 'name="do" value="&lt;x&gt;" form="f1" disabled' in markup


def test_the_print_button_hides_where_no_script_runs() -> None:
    assert "data-mk-print hidden" in shown("{% print_button %}")


@pytest.mark.parametrize(
    ("kind", "word"), [("info", "お知らせ"), ("success", "完了"), ("warning", "注意"), ("error", "エラー")]
)
def test_a_notice_says_its_kind_in_words(kind: str, word: str) -> None:
    markup = shown('{% notice kind "見出し" "Heading" %}中身{% endnotice %}', kind=kind)
    assert f"mk-notice--{kind}" in markup
    assert f'<span class="mk-unseen">{word}: </span>見出し' in markup
    assert "中身" in markup


def test_a_notice_without_a_title_is_titled_by_its_kind() -> None:
    assert '<p class="mk-notice__title">お知らせ</p>' in shown("{% notice %}中身{% endnotice %}")


def test_a_notice_without_content_has_no_empty_body() -> None:
    assert "mk-notice__body" not in shown('{% notice "success" "済み" "Done" %} {% endnotice %}')


def test_what_stands_in_a_block_is_escaped_once() -> None:
    assert "<p>&lt;b&gt;</p>" in shown("{% notice %}<p>{{ word }}</p>{% endnotice %}", word="<b>")


def test_titles_are_escaped() -> None:
    for tag in ("panel", "disclosure title", "emergency title", "empty title", "card title", "fact title"):
        name = tag.split()[0]
        markup = shown(f"{{% {tag} %}}x{{% end{name} %}}", title="<script>")
        assert "<script>" not in markup


def test_words_follow_the_readers_language() -> None:
    activate("en")
    assert ">Nothing yet</h2>" in shown('{% empty "まだありません" "Nothing yet" %}{% endempty %}')


def test_a_bilingual_value_needs_no_twin() -> None:
    assert ">見本町</h2>" in shown("{% empty name %}{% endempty %}", name="見本町")


def test_an_emergency_is_a_named_part_of_the_page() -> None:
    markup = shown('{% emergency "避難指示" "Evacuation order" %}<p>今すぐ</p>{% endemergency %}')
    assert 'aria-label="避難指示"' in markup
    assert "<p>今すぐ</p>" in markup


def test_a_card_leads_to_its_address_at_the_heading_level_asked_for() -> None:
    markup = shown('{% card "住民票" "Certificate" href="/x/" icon="certificate" level=3 %}説明{% endcard %}')
    assert '<h3 class="mk-card__title"><a href="/x/">住民票</a></h3>' in markup
    assert "mk-card__icon" in markup


def test_a_card_without_address_is_no_link() -> None:
    assert "<a " not in shown('{% card "住民票" "Certificate" %}{% endcard %}')


def test_facts_are_a_description_list_and_show_a_dash_for_nothing() -> None:
    markup = shown('{% facts columns=True %}{% fact "通称" "Common name" %} {% endfact %}{% endfacts %}')
    assert markup.startswith('<dl class="mk-facts mk-facts--columns"><div><dt>通称</dt>')
    assert "—" in markup


def test_a_figure_has_its_unit_and_its_note() -> None:
    markup = shown(
        '{% stats %}{% stat "人口" "People" value=12345 unit="人" unit_en="people" note="速報" %}{% endstats %}'
    )
    assert "<b>12,345</b> 人" in markup
    assert "速報" in markup


def test_a_figure_may_lead_somewhere_and_stand_out() -> None:
    markup = shown('{% stat "審査待ち" "Waiting" value=7 href="/t/" kind="warning" %}')
    assert '<a href="/t/">審査待ち</a>' in markup
    assert "mk-stat--warning" in markup


def test_a_timeline_shows_days_and_moments() -> None:
    markup = shown(
        '{% timeline %}{% event day "出生" "Born" %}{% endevent %}{% event then "転居" "Moved" %}<p>x</p>{% endevent %}'
        "{% endtimeline %}",
        day=date(2024, 5, 1),
        then=datetime(2024, 5, 1, 4, 5, tzinfo=UTC),
    )
    assert "令和6年5月1日（2024年）" in markup
    assert "令和6年5月1日 13:05" in markup
    assert markup.count("<li>") == 2


def test_a_chip_has_an_icon_and_a_word() -> None:
    markup = shown('{% chip "交付済み" "Issued" kind="success" %}')
    assert "mk-chip--success" in markup
    assert "<svg" in markup
    assert markup.endswith("交付済み</span>")


def test_a_neutral_chip_may_do_without_an_icon() -> None:
    assert "<svg" not in shown('{% chip "下書き" "Draft" %}')


def test_an_unknown_kind_of_chip_is_refused() -> None:
    with pytest.raises(KeyError, match="pink"):
        shown('{% chip "下書き" "Draft" kind="pink" %}')


def test_a_confirmation_says_what_how_many_and_whether_it_can_be_undone() -> None:
    markup = shown(
        '{% confirm "5人を止めます" "5 people" undo="戻せます" undo_en="Can be undone" cancel="/back/" submit="止める" '
        'submit_en="Block" danger=True action="/do/" %}<p>すぐに</p>{% endconfirm %}',
        csrf_token="secret-token",
    )
    assert 'action="/do/"' in markup
    assert 'value="secret-token"' in markup
    for words in ("5人を止めます", "<p>すぐに</p>", "戻せます", "mk-button--danger", 'href="/back/"'):
        assert words in markup


def test_a_harmless_confirmation_has_an_ordinary_button() -> None:
    markup = shown(
        '{% confirm "分けます" "Split" undo="戻せません" undo_en="Cannot be undone" cancel="/" submit="分ける" '
        'submit_en="Split" %}{% endconfirm %}'
    )
    assert "mk-button--primary" in markup
    assert "danger" not in markup


def test_progress_tells_count_and_share() -> None:
    markup = shown('{% progress 320 1000 "読み込み" "Loading" note="残り2分" %}')
    assert "320 / 1,000（32%）" in markup
    assert '<progress aria-label="読み込み" value="320" max="1000">' in markup
    assert "残り2分" in markup


def test_progress_without_a_total_tells_only_the_count() -> None:
    markup = shown('{% progress 1250 0 "数えています" "Counting" %}')
    assert "1,250" in markup
    assert "value=" not in markup


def test_steps_tell_done_here_and_to_come() -> None:
    markup = shown('{% steps 2 "探す" "Find" "選ぶ" "Choose" "出す" "Issue" %}')
    assert markup.count('aria-current="step"') == 1
    assert "済み" in markup
    assert "手順 2 / 3" in markup
    assert markup.index("mk-step--done") < markup.index("mk-step--here") < markup.index("mk-step--later")


def test_the_tab_of_this_page_is_marked(rf: RequestFactory) -> None:
    request = rf.get("/b/")
    markup = shown('{% tabs "基本" "Basics" "/a/" "履歴" "History" "/b/" %}', request=request)
    assert '<a href="/b/" aria-current="page">履歴</a>' in markup
    assert '<a href="/a/">基本</a>' in markup


def test_a_tab_can_be_marked_by_hand() -> None:
    assert '<a href="/a/" aria-current="page">' in shown('{% tabs "基本" "Basics" "/a/" current="/a/" %}')


def test_breadcrumbs_run_from_the_door_to_the_page() -> None:
    markup = shown(
        '{% breadcrumbs %}{% crumb "住民" "Residents" "/r/" %}{% endbreadcrumbs %}',
        home_url="/000000/work/",
        page_title="<b>髙橋</b>",
    )
    assert markup.index("/000000/work/") < markup.index("/r/") < markup.index('<span aria-current="page">髙橋</span>')


def test_a_search_box_says_what_it_searches() -> None:
    markup = shown('{% search_box "人を探す" "Find a person" value=q action="/s/" %}', q='"><script>')
    assert 'aria-label="人を探す"' in markup
    assert 'action="/s/"' in markup
    assert "<script>" not in markup


def test_one_page_has_no_page_links() -> None:
    assert shown("{% pagination page %}", page=Paginator(range(5), 5).page(1)) == ""


def test_page_links_keep_search_and_sort(rf: RequestFactory) -> None:
    page = Paginator(range(500), 5).page(50)
    markup = shown("{% pagination page %}", page=page, request=rf.get("/?q=髙&sort=-name&page=50"))
    assert 'href="?q=%E9%AB%99&amp;sort=-name&amp;page=51" rel="next"' in markup
    assert 'href="?q=%E9%AB%99&amp;sort=-name&amp;page=49" rel="prev"' in markup
    assert "500件中 246–250件" in markup
    assert markup.count("…") == 2


def test_page_links_work_without_a_request() -> None:
    page = Paginator(range(10), 5).page(1)
    markup = shown("{% pagination page %}", page=page)
    assert 'href="?page=2" rel="next"' in markup
    assert "prev" not in markup


def test_filters_write_numbers_errors_and_drawings() -> None:
    assert shown("{{ n|number }}", n=1741) == "1,741"
    assert shown("{{ n|number }}", n="12a") == "12a"
    assert shown("{{ pair|words }}", pair=("はい", "Yes")) == "はい"
    assert shown("{{ drawing|drawn }}", drawing="<svg/>") == "<svg/>"


def test_a_panel_and_a_disclosure_hold_what_is_given() -> None:
    assert shown("{% panel ground=True %}x{% endpanel %}") == '<div class="mk-panel mk-panel--ground">x</div>'
    assert "<details" in shown('{% disclosure "詳しく" "Details" %}x{% enddisclosure %}')
    assert " open>" in shown('{% disclosure "詳しく" "Details" open=True %}x{% enddisclosure %}')


def test_a_block_that_is_not_closed_is_a_fault_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown("{% button %}送る")
