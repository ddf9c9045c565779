"""What stands against a signature is asked of every room, and a room that cannot answer blocks too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.approvals.blockers import Blocked, Blocker, Signing, blockers_of, refuse_blocked
from machikumo.kernel.registries import Registry
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

ROUND = Signing("rehearsal:1", "resident_record", 1, is_real=False, move_in_ids=(7,), mapping_keys=("a-to-b",))


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Registry[Any]:
    registry: Registry[Any] = Registry("signature blocker")
    monkeypatch.setattr("machikumo.kernel.approvals.blockers.signature_blockers", registry)
    return registry


def test_nothing_stands_against_a_signature_when_no_room_tells_anything(scope: Scope, sources: Registry[Any]) -> None:
    sources.register("quiet", lambda _scope, _signing: [])
    with entered(scope):
        assert blockers_of(scope, ROUND) == ()
        refuse_blocked(scope, ROUND)


def test_a_source_is_told_what_is_to_be_signed_and_its_blockers_refuse_it(scope: Scope, sources: Registry[Any]) -> None:
    told: list[Signing] = []

    def questions(_scope: Scope, signing: Signing) -> Iterator[Blocker]:
        told.append(signing)
        yield Blocker("回答のない質問が2件", "2 open questions", "/questions/", 2)

    sources.register("questions", questions)
    with entered(scope), pytest.raises(Blocked) as refused:
        refuse_blocked(scope, ROUND)
    assert told == [ROUND]
    assert "回答のない質問が2件" in refused.value.message_ja
    assert "2 open questions" in refused.value.message_en
    assert refused.value.blockers[0].count == 2
    assert refused.value.status == 409


def test_a_source_that_fails_blocks_and_takes_no_other_away(scope: Scope, sources: Registry[Any]) -> None:
    def broken(_scope: Scope, _signing: Signing) -> list[Blocker]:
        raise RuntimeError("no")

    sources.register("broken", broken)
    sources.register("other", lambda _scope, _signing: [Blocker("他", "other")])
    with entered(scope):
        titles = [one.title_en for one in blockers_of(scope, ROUND)]
    assert titles == ["'broken' could not be asked", "other"]
