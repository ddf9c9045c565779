"""Forms of the feeds: describing one, handing a file in, mending rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.feeds.actions.describing import Description
from machikumo.feeds.domain.arrivals import ZeroRows
from machikumo.feeds.domain.envelope import Control
from machikumo.feeds.domain.sequence import EVERY_DAY, Order
from machikumo.feeds.words import WEEKDAYS
from machikumo.kernel.ui.forms import EraDateField, PlainForm
from machikumo.kernel.ui.language import t

if TYPE_CHECKING:
    from machikumo.feeds.models import Feed

STANDARD = ("", t("標準レイアウトの行", "Rows of the standard layout"))
ORDERS = [
    (Order.NUMBER.value, t("通し番号（抜けを番号で見つける）", "A running number (a gap is told by its number)")),
    (Order.DAY.value, t("1日1ファイル（抜けを日付で見つける）", "One file a day (a gap is told by its day)")),
]
EMPTY = [
    (ZeroRows.NO_CHANGE.value, t("その日は異動なし", "Nothing happened on that day")),
    (
        ZeroRows.ON_DAYS_OFF.value,
        t("土日は異動なし、平日は人が確かめる", "Nothing on weekends; on working days somebody has to look"),
    ),
    (ZeroRows.SUSPICIOUS.value, t("いつも人が確かめる", "Somebody always has to look")),
]


class FeedForm(PlainForm):
    """All that describes a feed."""

    name = forms.CharField(label=t("名称", "Name"), max_length=100)
    mapping_key = forms.ChoiceField(label=t("ファイルの様式", "Form of the files"), required=False)
    pattern = forms.CharField(
        label=t("ファイル名の型", "Pattern of names"),
        max_length=200,
        initial="SABUN_{code}_{date}_{sequence}.csv",
        help_text=t(
            "{code}（団体コード）{date}（8桁の日付）{time}（6桁の時刻）{sequence}（通し番号）が使えます。",
            "May hold {code}, {date} (8 digits), {time} (6 digits) and {sequence}.",
        ),
    )
    order = forms.ChoiceField(label=t("並びの決め方", "What orders the files"), choices=ORDERS)
    width = forms.IntegerField(
        label=t("通し番号の桁数（0は桁数自由）", "Digits of the number (0: any)"), min_value=0, max_value=12, initial=4
    )
    codes = forms.CharField(
        label=t("ファイルにあってよい団体コード", "Municipality codes in the files"),
        max_length=200,
        required=False,
        help_text=t(
            "空ならこの団体のコード。複数は半角空白で区切る。", "Empty: this one's. Several with blanks between."
        ),
    )
    days = forms.TypedMultipleChoiceField(
        label=t("ファイルが作られる曜日", "Weekdays with a file"),
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=sorted(EVERY_DAY),
    )
    due_after_days = forms.IntegerField(
        label=t("何日後に届くか", "Comes so many days later"), min_value=0, max_value=14, initial=1
    )
    due_hour = forms.IntegerField(
        label=t("何時までに届くか（時）", "By that hour"), min_value=0, max_value=23, initial=9
    )
    stale_after = forms.IntegerField(
        label=t("何回分遅れたら「古い」とするか", "Stale from so many files behind"),
        min_value=1,
        max_value=99,
        initial=3,
    )
    control_header = forms.CharField(
        label=t("先頭の制御レコード", "First control record"),
        max_length=200,
        required=False,
        help_text=t("例: H,{code},{date},{sequence}。なければ空。", "Such as H,{code},{date},{sequence}; empty: none."),
    )
    control_trailer = forms.CharField(
        label=t("末尾の制御レコード", "Last control record"),
        max_length=200,
        required=False,
        help_text=t("例: T,{rows}。なければ空。", "Such as T,{rows}; empty: none."),
    )
    ends_with_newline = forms.BooleanField(
        label=t(
            "最後の行も改行で終わる（改行がなければ途中で切れたとみなす）",
            "The last line ends with a newline, else it is cut short",
        ),
        required=False,
        initial=True,
    )
    zero_rows = forms.ChoiceField(label=t("0行のファイルの意味", "What an empty file means"), choices=EMPTY)
    stop_percent = forms.IntegerField(
        label=t("反映できない行が何％を超えたら止めるか", "Stop a file beyond so many % left out"),
        min_value=0,
        max_value=100,
        initial=20,
    )

    def __init__(self, *arguments: Any, mappings: list[tuple[str, Any]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["mapping_key"].choices = [*mappings, STANDARD]  # type: ignore[attr-defined]  # a ChoiceField
        if mappings:
            self.fields["mapping_key"].initial = mappings[0][0]

    def description(self) -> Description:
        """What was filled in."""
        given = self.cleaned_data
        plain = ("name", "mapping_key", "pattern", "width", "due_after_days", "due_hour", "stale_after")
        return Description(
            **{name: given[name] for name in plain},
            codes=tuple(given["codes"].split()),
            order=Order(given["order"]),
            days=frozenset(given["days"]),
            control=Control(given["control_header"], given["control_trailer"]),
            ends_with_newline=given["ends_with_newline"],
            zero_rows=ZeroRows(given["zero_rows"]),
            stop_percent=given["stop_percent"],
        )


class NewFeedForm(FeedForm):
    """A new feed: its key, and where it begins."""

    key = forms.CharField(
        label=t("キー", "Key"),
        max_length=40,
        help_text=t(
            "フォルダーや REST の名前になります。英小文字・数字・ハイフン。", "The name of its folder and address."
        ),
    )
    first_number = forms.IntegerField(label=t("最初の通し番号", "First number"), min_value=0, initial=1)
    as_of = EraDateField(
        label=t("台帳の基準日（移行データの日）", "The register holds the data up to"),
        help_text=t("この日までの異動は、移行で入っています。", "What happened up to this day came with the move."),
    )
    field_order = ("name", "key", "mapping_key", "pattern", "order", "width", "first_number", "as_of")


def initial_of(feed: Feed) -> dict[str, Any]:
    """A feed as its form shows it."""
    names = [name for name in FeedForm.base_fields if name != "codes"]
    return {name: getattr(feed, name) for name in names} | {"codes": " ".join(feed.codes)}


class HandInForm(PlainForm):
    """A difference file as it was received."""

    file = forms.FileField(
        label=t("差分ファイル", "Difference file"),
        help_text=t(
            "受け取ったままのファイルを選んでください。名前も変えないでください。", "As received; not even renamed."
        ),
    )


class MendForm(PlainForm):
    """The rows that were fetched, mended."""

    file = forms.FileField(
        label=t("直した行のファイル", "File of mended rows"),
        help_text=t(
            "取り出したファイルの行を直したもの。行の数と順番は変えないでください。",
            "The rows that were fetched, mended. Please keep their number and order.",
        ),
    )
