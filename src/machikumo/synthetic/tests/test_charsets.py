import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.synthetic.domain.charsets import Charset, windows_forms

GAIJI = {"邉\U000e010f": "\ue000", "𠮷": "\ue019"}
WINDOWS = Charset("cp932", GAIJI)


def test_windows_writes_the_ibm_block_where_python_writes_the_nec_one() -> None:
    assert "髙".encode("cp932") == b"\xee\xe0"
    assert WINDOWS.encode("髙") == b"\xfb\xfc"
    assert WINDOWS.encode("山﨑") == "山".encode("cp932") + b"\xfa\xb1"


def test_both_forms_read_as_the_same_character() -> None:
    forms = windows_forms()
    assert len(forms) == 373
    assert all(cell.decode("cp932") == character for character, cell in forms.items())


@given(st.text(st.sampled_from('あ山髙﨑A1,"\u3000ﾔ德塚\ufa10\ufa19'), max_size=12))
def test_what_is_written_reads_back_character_by_character(text: str) -> None:
    assert WINDOWS.encode(text).decode("cp932") == text


def test_a_sequence_that_the_charset_lacks_becomes_its_user_defined_character() -> None:
    written = WINDOWS.encode("渡邉\U000e010f　𠮷子")
    assert written == b"\x93\x6e\xf0\x40\x81\x40\xf0\x59\x8e\x71"
    assert written.decode("cp932") == "渡\ue000　\ue019子"


def test_the_base_character_alone_is_not_touched() -> None:
    assert WINDOWS.encode("渡邉") == "渡邉".encode("cp932")


def test_user_defined_and_ibm_characters_can_stand_in_one_text() -> None:
    assert WINDOWS.encode("髙𠮷") == b"\xfb\xfc\xf0\x59"


def test_utf_8_keeps_everything_as_it_is() -> None:
    text = "渡邉\U000e010f　𠮷髙"
    assert Charset("utf-8", GAIJI).encode(text) == text.encode()


@pytest.mark.parametrize("text", ["𩸽", "葛\U000e0102", "\U0001f600"])
def test_a_character_without_any_cell_is_never_replaced_but_refused(text: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        WINDOWS.encode(text)


def test_without_gaiji_nothing_is_searched_for() -> None:
    assert Charset("cp932", {}).encode("山") == "山".encode("cp932")
