"""Decisions are whole or refused; maps are written and read without loss; the official table gives its own forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from machikumo.gaiji.domain import maps
from machikumo.gaiji.domain.decisions import Decision, Ground, Outcome, ReducedTo, checked, is_in, refuse_same_person
from machikumo.gaiji.domain.errors import SamePerson, UnreadableFile, WrongDecision
from machikumo.gaiji.domain.official import reductions
from machikumo.layouts.domain.mapping import load_gaiji

KASUMI = Path(__file__).resolve().parents[4] / "data" / "layouts" / "gaiji" / "kasumi-sabae.toml"
FIGURE = "邉\U000e010f"
SOUND = Decision(Outcome.IDENTIFIED, "字形が一致", "MJ026190", FIGURE, FIGURE)
HEAD = maps.Head("town", "3", "霞 外字対応表", "182079", "試験", "2026-11")
LINE = maps.Line(0xE000, FIGURE, "MJ026190", ("甲", "乙"), "2026-11-24", '戸籍の"記載"\\確認\n済み')


def changed(**facts: object) -> Decision:
    fields = {name: getattr(SOUND, name) for name in Decision.__slots__}
    return Decision(**(fields | facts))  # type: ignore[arg-type]


def test_a_sound_decision_is_given_back_unchanged() -> None:
    assert checked(SOUND) is SOUND
    reduced = changed(reduced="辺", reduced_to=ReducedTo.JIS_X_0208, ground=Ground.NOTICE)
    assert checked(reduced) is reduced
    assert checked(Decision(Outcome.KEPT, "戸籍にない字形")).figure == ""


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"reason": " "}, "理由"),
        ({"reason": "あ" * 1001}, "1000文字"),
        ({"figure": "mj026190"}, "MJ000001"),
        ({"figure": ""}, "MJ000001"),
        ({"text": ""}, "1文字"),
        ({"text": "邉辺"}, "1文字"),
        ({"text": "\ue000"}, "1文字"),
        ({"display": "\u0007"}, "1文字"),
        ({"reduced": "辺"}, "根拠"),
        ({"reduced": "辺", "reduced_to": ReducedTo.JIS_X_0208}, "根拠"),
        ({"reduced_to": ReducedTo.JIS_X_0208}, "縮退先の文字"),
        ({"ground": Ground.TOWN}, "縮退先の文字"),
        ({"reduced": "𠮷", "reduced_to": ReducedTo.JIS_X_0208, "ground": Ground.TOWN}, "ありません"),
        ({"reduced": "＿", "reduced_to": ReducedTo.JIS_X_0213, "ground": Ground.TOWN}, "ありません"),
        ({"outcome": Outcome.KEPT}, "図形のまま"),
    ],
)
def test_what_is_not_whole_is_refused_with_what_is_missing(facts: dict[str, object], said: str) -> None:
    with pytest.raises(WrongDecision) as caught:
        checked(changed(**facts))
    assert said in caught.value.message_ja
    assert caught.value.message_en != caught.value.message_ja


@pytest.mark.parametrize(
    ("text", "in_0213", "in_0208"),
    [("辺", True, True), ("俱", True, False), ("𠮟", True, False), ("邉", True, True), ("㐂", True, False)],
)
def test_the_sets_of_jis_are_told_apart(text: str, *, in_0213: bool, in_0208: bool) -> None:
    assert is_in(text, ReducedTo.JIS_X_0213) is in_0213
    assert is_in(text, ReducedTo.JIS_X_0208) is in_0208


@pytest.mark.parametrize("text", ["", "A", "＿", "辺辺", "邉\U000e010f", "한", "\ue000", "髙髙", "¥", "‾", "ｱ"])
def test_what_is_no_single_character_of_jis_is_in_neither_set(text: str) -> None:
    assert not is_in(text, ReducedTo.JIS_X_0213)
    assert not is_in(text, ReducedTo.JIS_X_0208)


def test_the_sets_have_as_many_single_characters_as_the_standards() -> None:
    signs = [chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000]
    in_0208 = {sign for sign in signs if is_in(sign, ReducedTo.JIS_X_0208)}
    in_0213 = {sign for sign in signs if is_in(sign, ReducedTo.JIS_X_0213)}
    assert len(in_0208) == 6_879 - 1  # without the sign for "none"
    # 25 characters of JIS X 0213 are two code points in Unicode; one sign is written in a single byte
    assert len(in_0213) == 11_233 - 25 - 1 - 1
    assert in_0208 < in_0213
    assert not in_0213 & set("丄丅丌丟丣")  # these are of JIS X 0212 only


def test_the_first_person_is_never_the_second() -> None:
    refuse_same_person("account:1", "account:2")
    with pytest.raises(SamePerson) as caught:
        refuse_same_person("account:1", "account:1")
    assert caught.value.status == 403


def test_a_map_is_written_and_read_without_loss() -> None:
    approved = maps.ApprovedMap(HEAD, (LINE,), {0xE001: "未決定", 0xF8FF: "図形のまま"})
    assert maps.read(maps.written(approved)) == approved


def test_a_written_map_is_what_the_layouts_engine_reads() -> None:
    approved = maps.ApprovedMap(HEAD, (LINE,), {0xE001: "未決定"})
    read = load_gaiji(maps.written(approved), "town.toml")
    assert read.table == {"\ue000": FIGURE}
    assert read.characters[0].figure == "MJ026190"
    assert read.characters[0].decided_by == ("甲", "乙")
    assert set(read.undecided) == {"\ue001"}
    assert read.source.confirmed


def test_the_shipped_map_is_read_and_written_again_as_the_engine_understands_it() -> None:
    shipped = KASUMI.read_text("utf-8")
    again = load_gaiji(maps.written(maps.read(shipped)), "again")
    first = load_gaiji(shipped, "shipped")
    assert again.characters == first.characters
    assert again.undecided == first.undecided


def test_a_map_names_the_old_cell_where_there_is_one() -> None:
    text = maps.written(maps.ApprovedMap(HEAD, (LINE,), {0xF8FF: ""}))
    assert 'bytes = "F040"' in text
    assert text.count("bytes") == 1


def test_two_characters_that_lead_to_one_are_refused_by_name() -> None:
    twin = maps.Line(0xE00A, FIGURE, "MJ026190", ("甲", "乙"), "2026-11-24", "")
    with pytest.raises(WrongDecision, match=r"U\+E000 = U\+E00A"):
        maps.written(maps.ApprovedMap(HEAD, (LINE, twin), {}))


def test_the_digest_names_the_content() -> None:
    assert maps.digest_of("a") != maps.digest_of("b")
    assert len(maps.digest_of("")) == 64


@pytest.mark.parametrize(
    "spoil",
    [
        ("[gaiji]", "[other]"),
        ('code = "U+E000"', 'code = "E000"'),
        ('code = "U+E000"', 'code = "U+E000 U+E001"'),
        ('code = "U+E000"', 'code = "U+E001"'),
        ('decided_by = ["甲", "乙"]', 'decided_by = ["甲", "甲"]'),
        ('decided_by = ["甲", "乙"]', "decided_by = 3"),
        ('to = "U+9089 U+E010F"', 'to = "U+FFFFFF"'),
        ("version", "versions"),
        ('"3"', '"3'),
    ],
)
def test_what_is_no_map_is_told(spoil: tuple[str, str]) -> None:
    text = maps.written(maps.ApprovedMap(HEAD, (LINE,), {0xE001: ""}))
    assert spoil[0] in text
    with pytest.raises(UnreadableFile):
        maps.read(text.replace(*spoil))


TABLE = {
    "content": [
        {
            "MJ文字図形名": "MJ030190",
            "JIS包摂規準・UCS統合規則": [{"JIS X 0213": "1-14-01", "UCS": "U+4FF1"}],
            "法務省戸籍法関連通達・通知": [
                {"UCS": "U+9AD8", "種別": "通達", "ホップ数": 1},
                {"UCS": "U+8FBA", "付記": "別字"},
            ],
            "辞書類等による関連字": [{"UCS": "U+9AD8"}, {"UCS": "U+FF3F"}],
            "参考情報": "…",
        },
        {"MJ文字図形名": "MJ000002"},
    ]
}


def table(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def test_the_official_table_gives_forms_with_their_grounds_strongest_first() -> None:
    found = reductions(table(TABLE))
    assert [(one.figure, one.text, one.ground, one.order) for one in found] == [
        ("MJ030190", "俱", Ground.UNIFICATION, 0),
        ("MJ030190", "高", Ground.NOTICE, 1),
    ]
    assert [one.reduced_to for one in found] == [ReducedTo.JIS_X_0213, ReducedTo.JIS_X_0208]


def test_a_notices_other_character_and_the_sign_for_none_give_nothing() -> None:
    texts = {one.text for one in reductions(table(TABLE))}
    assert "辺" not in texts
    assert "＿" not in texts


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"[]",
        b"{}",
        table({"content": [{}]}),
        table({"content": [{"MJ文字図形名": "MJ000001", "辞書類等による関連字": [{"UCS": "9AD8"}]}]}),
        table({"content": []}),
        b"[" * 100_000,
    ],
)
def test_what_is_not_the_official_table_is_told(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        reductions(data)


def test_a_table_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("machikumo.gaiji.domain.official.LARGEST", 10)
    with pytest.raises(UnreadableFile, match="大きすぎ"):
        reductions(table(TABLE))
