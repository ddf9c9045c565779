"""Names behind tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.registries import person_names
from machikumo.kernel.scope import Scope
from machikumo.kernel.tasks.people import names_of

if TYPE_CHECKING:
    import pytest

SCOPE = Scope(organisation_id=1, organisation_code="182079", person="account:1", role="auditor")


def test_each_person_is_named_by_whichever_room_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {
        "staff": lambda _scope, _wanted: {"account:1": "山田　花子"},
        "kiosks": lambda _scope, _wanted: {"machine:k1": "市役所1階の端末"},
    }
    monkeypatch.setattr(person_names, "_items", sources)
    assert names_of(SCOPE, ["account:1", "machine:k1", "account:9", "account:9"]) == {
        "account:1": "山田　花子",
        "machine:k1": "市役所1階の端末",
        "account:9": "account:9",
    }


def test_without_any_source_the_tokens_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_names, "_items", {})
    assert names_of(SCOPE, ["command:root"]) == {"command:root": "command:root"}
