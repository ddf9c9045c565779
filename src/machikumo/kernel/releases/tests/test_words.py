"""Releases in words."""

from __future__ import annotations

from machikumo.kernel.releases.words import facts_of, title_of


def test_a_release_is_called_as_its_room_says_and_one_without_words_by_its_name() -> None:
    assert title_of("layouts.move_in") == ("データ移行の結果", "Result of a move-in")
    assert title_of("group.members")[0] == "グループの構成団体"
    assert title_of("weather") == ("weather", "weather")


def test_facts_with_words_come_in_the_order_of_the_words() -> None:
    told = list(facts_of("layouts.move_in", {"accepted": 196, "rows": 200, "secret": 1}))
    assert told == [(("読んだ行", "Rows read"), 200), (("取り込んだ行", "Rows loaded"), 196)]
    assert not list(facts_of("weather", {"rows": 1}))
