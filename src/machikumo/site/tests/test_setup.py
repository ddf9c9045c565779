"""A database made anew beside old witnesses: said at once, with exactly what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.ledger import witnesses
from machikumo.kernel.ledger.domain.witness import WitnessRefusal
from machikumo.site import setup

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(witnesses, "folder", lambda: tmp_path)
    return tmp_path


def test_without_old_witnesses_nothing_is_said(folder: Path) -> None:
    said: list[str] = []
    assert not setup.tell_of_old_witnesses(said.append)
    (folder / "180009").mkdir()
    (folder / "180009" / "182079.jsonl").write_text("")
    assert not setup.tell_of_old_witnesses(said.append)
    assert said == []


def test_old_witnesses_are_named_with_what_to_do_in_both_languages(folder: Path) -> None:
    for witness, log in (("180009", "182079"), ("mic", "182079"), ("mic", "180009")):
        (folder / witness).mkdir(exist_ok=True)
        (folder / witness / f"{log}.jsonl").write_text("{}\n")
    said: list[str] = []
    assert setup.tell_of_old_witnesses(said.append)
    japanese, english = said
    assert "2 団体" in japanese
    assert "2 logs" in english
    for line in said:
        assert str(folder) in line
        assert "`make clean`" in line


def test_a_refusal_says_what_to_do_after_a_restore_a_new_trial_and_in_a_live_installation() -> None:
    refusal = WitnessRefusal("182079: 戻っています。", "182079: rolled back.")
    for words in ("復元し直し", "machikumo ledger verify", "make clean", "witness フォルダー", "何も消さず", "CISO"):
        assert words in refusal.message_ja
    for words in ("restore from a newer copy", "make clean", "move the folder", "delete nothing"):
        assert words in refusal.message_en
