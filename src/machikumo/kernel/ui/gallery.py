"""The component page: every part with its code, in every state, in every language; and sample pages in their frames."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from machikumo.kernel.ui import errors, icons, samples
from machikumo.kernel.ui.language import choose

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Example:
    """One part: its template ``ui/examples/<key>.html`` is both shown and rendered."""

    key: str
    ja: str
    en: str
    python: str = ""

    @property
    def title(self) -> str:
        """The part's name in the reader's language."""
        return choose(self.ja, self.en)

    @property
    def template(self) -> str:
        """The template's name."""
        return f"ui/examples/{self.key}.html"

    @property
    def code(self) -> str:
        """The template's text, without the line that loads the tags."""
        source = str(get_template(self.template).template.source)  # type: ignore[attr-defined]
        return source.replace("{% load ui %}\n", "").strip()


def _source(*things: Any) -> str:
    return "\n\n".join(inspect.getsource(thing).strip() for thing in things)


GROUPS: tuple[tuple[str, str, tuple[Example, ...]], ...] = (
    (
        "土台",
        "Ground",
        (
            Example("type", "文字", "Type"),
            Example("colours", "色", "Colours"),
            Example("words", "言葉・数・日付", "Words, figures, dates"),
            Example("icons", "アイコン", "Icons"),
        ),
    ),
    (
        "操作",
        "Acting",
        (
            Example("button", "ボタン", "Button"),
            Example("search_box", "検索", "Search box"),
            Example("confirm", "確認", "Confirmation"),
        ),
    ),
    (
        "入力",
        "Entering",
        (
            Example("form", "入力欄", "Fields", _source(samples.SampleForm)),
            Example("form_errors", "入力の誤り", "Errors"),
            Example("filters", "絞り込み", "Filters", _source(samples.SampleFilter)),
        ),
    ),
    (
        "一覧",
        "Lists",
        (
            Example("datatable", "表", "Table", _source(samples.table)),
            Example("plain_table", "小さな表", "Small table"),
            Example("empty", "空の状態", "Empty state"),
            Example("facts", "項目の一覧", "Description list"),
            Example("timeline", "履歴", "Timeline"),
        ),
    ),
    (
        "知らせる",
        "Telling",
        (
            Example("notice", "お知らせ", "Notices"),
            Example("emergency", "緊急のお知らせ", "Emergency banner"),
            Example("chip", "状態の札", "Status chips"),
            Example("progress", "進み具合", "Progress"),
            Example("stats", "数字", "Figures"),
        ),
    ),
    (
        "道しるべ",
        "Finding the way",
        (
            Example("breadcrumbs", "現在の位置", "Breadcrumbs"),
            Example("steps", "手順", "Steps"),
            Example("tabs", "タブ", "Tabs"),
            Example("card", "カード", "Cards"),
            Example("panel", "囲み", "Panel"),
            Example("disclosure", "折りたたみ", "Disclosure"),
        ),
    ),
    (
        "図",
        "Drawings",
        (Example("drawings", "グラフ", "Charts", _source(samples.drawings)),),
    ),
)
PAGES = {
    "resident": ("住民のページ", "Residents' page"),
    "list": ("一覧のページ", "List page"),
    "detail": ("詳細のページ", "Detail page"),
    "form": ("入力のページ", "Form page"),
    "oversight": ("国・都道府県のページ", "Oversight page"),
    "operator": ("運用者のページ", "Operator's page"),
    "error": ("エラーのページ", "Error page"),
    "maintenance": ("点検中のページ", "Maintenance page"),
}


def facts(request: HttpRequest) -> dict[str, Any]:
    """What examples and sample pages show."""
    asked = request.GET if "q" in request.GET else None
    return {
        **samples.table(request),
        **samples.drawings(),
        **samples.moments(),
        "form": samples.SampleForm(initial=samples.FILLED),
        "wrong_form": samples.SampleForm(samples.WRONG, auto_id="wrong_%s"),
        "filter_form": samples.SampleFilter(asked, auto_id="filter_%s"),
        "ages": samples.AGES,
        "person": samples.PEOPLE[1],
        "icon_names": sorted(icons.PATHS),
    }


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """The component page ``/ui/``."""
    groups = [(choose(ja, en), examples) for ja, en, examples in GROUPS]
    pages = [(key, choose(*words)) for key, words in PAGES.items()]
    return render(request, "ui/gallery.html", {**facts(request), "groups": groups, "pages": pages})


@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """A sample page in its frame, as a room would write it."""
    if key not in PAGES or key == "error":
        raise Http404
    if key == "maintenance":
        return errors.maintenance(request)
    samples.town_facts(request)
    return render(request, f"ui/pages/{key}.html", facts(request))
