"""The house's own rules that no other tool knows; ``python tools/lint.py`` runs them.

Each rule is a function from sources to findings. ``samples/<rule>.bad`` and ``.good`` show what it refuses and what
it accepts; a test runs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lints import budgets, clocks, doors, signatures, testing, walls, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lints.source import Finding, Source

RULES: dict[str, Callable[[Sequence[Source]], Iterable[Finding]]] = {
    "tenant-door": doors.tenant_door,
    "action-signature": doors.action_signature,
    "rooms-meet-at-the-door": doors.rooms_meet_at_the_door,
    "connectors-hang-below": doors.connectors_hang_below,
    "aware-now": clocks.aware_now,
    "pure-domain": clocks.pure_domain,
    "documented": signatures.documented,
    "typed": signatures.typed,
    "budgets": budgets.budgets,
    "tests-assert": testing.tests_assert,
    "walls": walls.walls,
    "unfinished": words.unfinished,
    "addresses": words.addresses,
    "workshop-words": words.workshop_words,
}
