"""States of a request and the allowed steps between them."""

from __future__ import annotations

import enum
from itertools import pairwise

from machikumo.kernel.errors import Conflict


class State(enum.Enum):
    """How far a request has come; RELEASED is reached once or never."""

    RECEIVED = "received"
    CHECKED = "checked"
    RENDERED = "rendered"
    VERIFIED = "verified"
    RELEASED = "released"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUSED = "refused"

    @property
    def label_ja(self) -> str:
        """For the timeline."""
        return _LABELS[self][0]

    @property
    def label_en(self) -> str:
        """The same in English."""
        return _LABELS[self][1]


_LABELS = {
    State.RECEIVED: ("受付", "Received"),
    State.CHECKED: ("審査済み", "Checked"),
    State.RENDERED: ("作成済み", "Rendered"),
    State.VERIFIED: ("読み戻し照合済み", "Read back"),
    State.RELEASED: ("発行済み", "Released"),
    State.DELIVERED: ("交付済み", "Delivered"),
    State.CANCELLED: ("取消し", "Cancelled"),
    State.REFUSED: ("交付できません", "Refused"),
}

PATH = (State.RECEIVED, State.CHECKED, State.RENDERED, State.VERIFIED, State.RELEASED, State.DELIVERED)
ENDED = frozenset({State.DELIVERED, State.CANCELLED, State.REFUSED})
OPEN = frozenset(PATH[:4])  # the whole request can still be cancelled: nothing has left the house
ISSUED = frozenset({State.RELEASED, State.DELIVERED})

ALLOWED: dict[State, frozenset[State]] = {
    **{before: frozenset({after, State.CANCELLED, State.REFUSED}) for before, after in pairwise(PATH[:5])},
    State.RELEASED: frozenset({State.DELIVERED}),
    **{state: frozenset() for state in ENDED},
}


class StepNotAllowed(Conflict):
    """The request is not in the state from which this step leads."""

    def __init__(self, before: State, after: State) -> None:
        super().__init__(
            f"この請求は「{before.label_ja}」のため「{after.label_ja}」にできません。画面を開き直して今の状態を確認してください。",
            f"The request is '{before.label_en}', so it cannot become '{after.label_en}'. Reload to see its state.",
        )


def check_step(before: State, after: State) -> None:
    """Raise StepNotAllowed unless the step exists."""
    if after not in ALLOWED[before]:
        raise StepNotAllowed(before, after)


def next_on_path(state: State) -> State | None:
    """The next state on the way to delivery, None at the end."""
    if state in ENDED:
        return None
    return PATH[PATH.index(state) + 1]
