import base64
import stat
from pathlib import Path

import pytest

from machikumo.kernel.numbers.keys import KeyFault, KeyStore, key_store


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "182079")


def test_an_unused_store_has_no_version_and_no_folder(store: KeyStore) -> None:
    assert store.versions() == []
    assert not store.folder.exists()


def test_the_first_keys_are_made_once_and_kept(store: KeyStore) -> None:
    store.make_first()
    first, lookup = store.encryption(1), store.lookup()
    store.make_first()
    assert (store.encryption(1), store.lookup()) == (first, lookup)
    assert len(first) == len(lookup) == 32
    assert first != lookup
    assert store.versions() == [1]


def test_key_files_are_readable_by_their_owner_only_and_nothing_else_is_left(store: KeyStore) -> None:
    store.make_first()
    store.make_next()
    files = sorted(store.folder.iterdir())
    assert [file.name for file in files] == ["encryption-1", "encryption-2", "lookup"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_a_new_version_is_another_key_and_the_old_one_stays(store: KeyStore) -> None:
    store.make_first()
    first = store.encryption(1)
    assert store.make_next() == 2
    assert store.encryption(2) != first
    assert store.encryption(1) == first


def test_a_missing_key_is_named_with_what_to_do(store: KeyStore) -> None:
    with pytest.raises(KeyFault, match="鍵の保管場所から戻してください") as caught:
        store.encryption(3)
    assert "182079/encryption-3" in caught.value.message_en


def test_a_key_that_others_can_read_is_refused(store: KeyStore) -> None:
    store.make_first()
    (store.folder / "lookup").chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        store.lookup()


@pytest.mark.parametrize("content", [b"", b"not base64!", base64.b64encode(b"short")])
def test_a_damaged_key_is_refused(store: KeyStore, content: bytes) -> None:
    store.make_first()
    file = store.folder / "encryption-1"
    file.write_bytes(content)
    with pytest.raises(KeyFault):
        store.encryption(1)


def test_each_organisation_has_its_own_folder(settings: object, tmp_path: Path) -> None:
    settings.MACHIKUMO_KEYS = tmp_path  # type: ignore[attr-defined]
    assert key_store("182079").folder == tmp_path / "182079"
    assert key_store("fukui-cloud").folder == tmp_path / "fukui-cloud"


def test_the_default_folder_lies_in_var(settings: object) -> None:
    assert key_store("182079").folder == Path(settings.VAR) / "keys" / "182079"  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", ["", "../182079", "a/b", ".", "A"])
def test_a_code_that_is_no_folder_name_is_refused(code: str) -> None:
    with pytest.raises(KeyFault, match="団体コード"):
        key_store(code)
