"""The processes of a served installation know the address that papers carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates.domain.addresses import VARIABLE, fault_of
from machikumo.site.serve import supervisor

if TYPE_CHECKING:
    import pytest


def test_a_demonstration_on_another_port_prints_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    address = supervisor(port=8123, plain=True).environment[VARIABLE]
    assert address == "http://localhost:8123"
    assert fault_of(address) is not None  # good for training only


def test_an_address_that_was_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "https://cloud.example.jp")
    assert supervisor(port=8123, plain=True).environment[VARIABLE] == "https://cloud.example.jp"


def test_with_https_no_address_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("MACHIKUMO_HTTPS", "1")
    assert VARIABLE not in supervisor(port=8123).environment
