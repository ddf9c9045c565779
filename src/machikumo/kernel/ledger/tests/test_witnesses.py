"""The shipped witness: a file that only grows, survives torn writes, and refuses contradictions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from machikumo.kernel.ledger import witness_sources
from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.checkpoint import BadCheckpoint, Checkpoint
from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.domain.merkle import Frontier, consistency_proof, leaf_hash, root_of
from machikumo.kernel.ledger.domain.witness import WitnessRefusal
from machikumo.kernel.ledger.witnesses import FolderWitness, Offer, folder, witnesses_in, witnesses_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from machikumo.kernel.tenancy.models import Organisation

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
LEAVES = [leaf_hash(bytes([number])) for number in range(30)]
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def offer(size: int, known: int = 0, *, key: Ed25519PrivateKey = KEY) -> Offer:
    note = notes.sign(Checkpoint("182079", size, root_of(LEAVES[:size]), NOW), key)
    proof = consistency_proof(Frontier().extended(LEAVES[:known]), LEAVES[known:size]) if known < size else []
    return Offer("182079", notes.verifier_key("182079", key.public_key()), note, proof, NOW)


@pytest.fixture
def witness(tmp_path: Path) -> FolderWitness:
    return FolderWitness("180009", tmp_path / "witness")


def file_of(witness: FolderWitness) -> Path:
    return witness.root / witness.code / "182079.jsonl"


def test_a_witness_that_has_heard_nothing_knows_nothing(witness: FolderWitness) -> None:
    assert witness.latest("182079") is None
    assert witness.history("182079") == []
    assert witness.verifier_key("182079") is None


def test_what_it_accepts_is_kept_in_order_with_the_proof(witness: FolderWitness) -> None:
    assert witness.accept(offer(3))
    assert witness.accept(offer(7, 3))
    assert not witness.accept(offer(7))
    assert witness.latest("182079") == offer(7).note
    assert witness.history("182079") == [offer(3).note, offer(7).note]
    last = json.loads(file_of(witness).read_text(encoding="utf-8").splitlines()[-1])
    assert last["proof"] == [part.hex() for part in offer(7, 3).proof]
    assert last["received_at"] == NOW.isoformat()


@pytest.mark.parametrize("bad", [offer(2), offer(7), offer(7, 2)])
def test_what_it_refuses_leaves_no_mark(witness: FolderWitness, bad: Offer) -> None:
    witness.accept(offer(3))
    before = file_of(witness).read_bytes()
    with pytest.raises(WitnessRefusal):
        witness.accept(bad)
    assert file_of(witness).read_bytes() == before


def test_the_first_key_that_it_hears_of_stays_the_logs_key(witness: FolderWitness) -> None:
    witness.accept(offer(3))
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(WitnessRefusal, match="署名鍵"):
        witness.accept(offer(7, 3, key=other))
    assert witness.verifier_key("182079") == offer(3).verifier_key


def test_a_note_without_the_keys_signature_is_refused(witness: FolderWitness) -> None:
    good, other = offer(3), offer(3, key=Ed25519PrivateKey.from_private_bytes(b"o" * 32))
    with pytest.raises(BadCheckpoint):
        witness.accept(Offer("182079", good.verifier_key, other.note, [], NOW))
    assert witness.history("182079") == []


@pytest.mark.parametrize("torn", [b"", b"{", b'{"note": "mach', b"x" * 20_000])
def test_a_write_that_a_crash_tore_off_is_forgotten(witness: FolderWitness, torn: bytes) -> None:
    witness.accept(offer(3))
    with file_of(witness).open("ab") as handle:
        handle.write(torn)
    if len(torn) < 1000:
        assert witness.latest("182079") == offer(3).note
    assert witness.history("182079") == [offer(3).note]
    assert FolderWitness("other", witness.root).history("182079") == []


def test_the_next_write_follows_the_last_whole_line(witness: FolderWitness) -> None:
    witness.accept(offer(3))
    with file_of(witness).open("ab") as handle:
        handle.write(b'{"note": "mach')
    assert witness.accept(offer(7, 3))
    assert witness.history("182079") == [offer(3).note, offer(7).note]
    file_of(witness).write_bytes(b'{"note": "torn at the very first')
    assert witness.accept(offer(5))
    assert witness.history("182079") == [offer(5).note]


def test_codes_never_lead_out_of_the_folder(witness: FolderWitness) -> None:
    for code in ("../182079", "a/b", "", ".", "A"):
        with pytest.raises(LedgerError, match="団体コード"):
            witness.latest(code)


def test_a_towns_witness_is_its_prefecture_and_a_prefectures_the_ministry(
    make_organisation: Callable[..., Organisation],
) -> None:
    prefecture = make_organisation(kind="prefecture", prefecture_code="99")
    ministry = make_organisation(kind="ministry")
    town = make_organisation(prefecture_code="99")
    by_code = make_organisation(prefecture_code=prefecture.code[:6])
    assert [witness.code for witness in witnesses_of(town)] == [prefecture.code]
    assert ministry.code in {witness.code for witness in witnesses_of(prefecture)}
    assert prefecture.code not in {witness.code for witness in witnesses_of(prefecture)}
    assert [witness.code for witness in witnesses_of(by_code)] == ["operator"]
    assert witnesses_of(town)[0].root == folder()


def test_only_the_installations_own_database_uses_the_usual_folder(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, expected in (("", "witness"), ("machikumo", "witness"), ("machikumo_bench", "witness-machikumo_bench")):
        monkeypatch.setenv("MACHIKUMO_DATABASE", name)
        assert folder() == var / expected


@pytest.fixture
def neighbours() -> Iterator[None]:
    witness_sources.register("test", lambda organisation: ["403491", organisation.code])
    yield
    del witness_sources._items["test"]


@pytest.mark.usefixtures("neighbours")
def test_rooms_name_the_other_members_of_a_group(town: Organisation) -> None:
    assert [witness.code for witness in witnesses_of(town)] == ["403491"]


def test_all_witnesses_of_a_folder_are_found(witness: FolderWitness) -> None:
    witness.accept(offer(3))
    FolderWitness("222127", witness.root).accept(offer(3))
    (witness.root / "note.txt").write_text("no folder", encoding="utf-8")
    assert [found.code for found in witnesses_in(witness.root)] == ["180009", "222127"]
    assert witnesses_in(witness.root / "nowhere") == []
