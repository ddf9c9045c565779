"""The rule of words, over the templates of all rooms: every text stands in Japanese and English."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType
from django.template.loader import get_template
from django.utils.text import smart_split

from machikumo.kernel.ui.bundle import style_files

SOURCE = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
JAPANESE = re.compile(r"[\u3041-\u30fa\u30fd-\u30ff\u3400-\u9fff\uff66-\uff9f]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
KEYWORD = re.compile(r"(\w+)=(.*)", re.DOTALL)
CLASSES = {name for file in style_files() for name in re.findall(r"\.(mk-[\w-]+)", file.read_text("utf-8"))}
OF_ONE_LANGUAGE = {"value"}  # what somebody typed is in the language in which it was typed


def relative(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def is_words(bit: str) -> bool:
    return bit[:1] in "\"'" and JAPANESE.search(bit) is not None


def lonely_words(contents: str) -> Iterator[str]:
    """Literals in Japanese that have no English twin within the tag."""
    bits = list(smart_split(contents))[1:]
    keywords = {found[1]: found[2] for bit in bits if (found := KEYWORD.fullmatch(bit))}
    for place, bit in enumerate(bits):
        found = KEYWORD.fullmatch(bit)
        if not found:
            twin = bits[place + 1] if place + 1 < len(bits) else ""
            if is_words(bit) and not is_twin(twin) and not (place and is_words(bits[place - 1])):
                yield bit
        elif is_words(found[2]) and found[1] not in OF_ONE_LANGUAGE and not has_twin(found[1], bits, keywords):
            yield bit


def has_twin(key: str, bits: list[str], keywords: dict[str, str]) -> bool:
    """Whether the words of that keyword stand in English too: ``en`` beside ``ja``, ``submit_en`` beside ``submit``."""
    if key == "easy" and len(bits) >= 2 and is_words(bits[0]):
        return is_twin(bits[1])
    wanted = "en" if key in ("ja", "easy") else f"{key}_en"
    return keywords.get(wanted, "").strip("\"'") != ""


def is_twin(bit: str) -> bool:
    return bit.strip("\"'") != "" and KEYWORD.fullmatch(bit) is None and bit != "as"


def loose_text(source: str) -> Iterator[str]:
    """Words outside every tag, unless their element names its language or is code; capitals are names of things."""
    bare = re.sub(r"<(\w+)[^>]*\slang=\"\w+\"[^>]*>[^<]*|<code>[^<]*|<script[^>]*>[^<]*", "", source)
    bare = re.sub(r"<[^>]*>", lambda tag: "\n" * tag[0].count("\n"), bare)
    for number, line in enumerate(re.sub(r"&\w+;", " ", bare).splitlines(), 1):
        words = [word for word in LATIN_WORD.findall(line) if not word.isupper()]
        if JAPANESE.search(line) or words:
            yield f"line {number}: {line.strip()[:80]}"


def outside_tags(source: str) -> str:
    """The template with tags, variables and comments taken out, line by line as it was."""
    unseen = r"\{% comment %\}.*?\{% endcomment %\}|\{% block area %\}.*?\{% endblock %\}"
    kept = []
    for token in Lexer(re.sub(unseen, "", source, flags=re.DOTALL)).tokenize():
        is_text = token.token_type == TokenType.TEXT
        kept.append(token.contents if is_text else "\n" * token.contents.count("\n"))
    return re.sub(r"<!--.*?-->", "", "".join(kept), flags=re.DOTALL)


def tags_of(source: str) -> list[str]:
    return [token.contents for token in Lexer(source).tokenize() if token.token_type == TokenType.BLOCK]


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_words_in_tags_stand_in_both_languages(path: Path) -> None:
    lonely = [f"{contents}: {bit}" for contents in tags_of(path.read_text("utf-8")) for bit in lonely_words(contents)]
    assert lonely == []


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_words_stand_outside_the_tags(path: Path) -> None:
    assert list(loose_text(outside_tags(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_template_holds_style_or_script_or_another_host(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(
        r"<script(?![^>]*(?:nonce|application/json))|<style(?![^>]*nonce)|\sstyle=|\son[a-z]+=|javascript:", source
    )
    assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_every_class_is_one_of_a_style_sheet(path: Path) -> None:
    source = re.sub(r"\{[%{].*?[%}]\}", "{}", path.read_text("utf-8"))
    named = {name for value in re.findall(r'class="([^"]*)"', source) for name in value.split()}
    whole = {name for name in named if name.startswith("mk-") and "{}" not in name}
    assert whole <= CLASSES


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_every_template_is_understood(path: Path) -> None:
    assert get_template(str(path).split("/templates/", 1)[1]).template.name


def test_the_rule_finds_what_it_should() -> None:
    assert list(lonely_words('t "日本語"')) == ['"日本語"']
    assert list(lonely_words('t "日本語" ""')) == ['"日本語"']
    assert list(lonely_words('t "日本語" as words')) == ['"日本語"']
    assert list(lonely_words('t ja="日本語" easy="にほんご"')) == ['ja="日本語"', 'easy="にほんご"']
    assert list(lonely_words('t "" "x" easy="にほんご"')) == ['easy="にほんご"']
    assert list(lonely_words('confirm "はい" "Yes" submit="送る"')) == ['submit="送る"']
    assert list(loose_text("<p>Saved</p>")) == ["line 1: Saved"]
    assert list(loose_text("<p>保存</p>")) == ["line 1: 保存"]


def test_the_rule_lets_pass_what_it_should() -> None:
    assert list(lonely_words('t "日本語" "English" n=total')) == []
    assert list(lonely_words('t "日本語" name_en easy="にほんご"')) == []
    assert list(lonely_words('t "Language 言語" "言語 Language"')) == []
    assert list(lonely_words('notice "warning" "未確認" "Not confirmed"')) == []
    assert list(lonely_words('steps 2 "探す" "Find" "選ぶ" "Choose"')) == []
    assert list(loose_text('<p lang="ja">練習</p><p>PDF {}</p>')) == []
    assert outside_tags("{% t '日本語' 'x' %}<b>{{ 名 }}</b>{# 注 #}") == "<b></b>"
