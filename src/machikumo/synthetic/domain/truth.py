"""The truth about a made-up town, counted while it streams by, so that a reconciliation can be checked."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from machikumo.synthetic.domain.population import Household
from machikumo.synthetic.domain.rows import LIVE, Row

_EXAMPLES = 20
UNKNOWN_YEAR = "unknown"
_COUNTERS = ("by_state", "by_sex", "by_birth_year", "by_town", "by_district", "by_kind", "by_event_reason")


@dataclass(slots=True)
class Truth:
    """Counts of a town; the live ones by sex, birth year, town and kind, everybody by state.

    `examples` gives the addressee numbers of up to 20 households for each trait.
    """

    rows: int = 0
    persons: int = 0
    households: int = 0
    live_households: int = 0
    protected: int = 0
    by_state: Counter[str] = field(default_factory=Counter)
    by_sex: Counter[str] = field(default_factory=Counter)
    by_birth_year: Counter[str] = field(default_factory=Counter)
    by_town: Counter[str] = field(default_factory=Counter)
    by_district: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)
    by_event_reason: Counter[str] = field(default_factory=Counter)
    traits: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, household: Household) -> None:
        """Count one household."""
        self.households += 1
        self.rows += len(household.rows)
        self.protected += len(household.blocks)
        live = 0
        for row in household.rows:
            self.by_event_reason[row["event_reason"]] += 1
            if row["is_latest"] == "1":
                live += self._add_person(row)
        self.live_households += live > 0
        for trait in household.traits:
            self._add_trait(trait, household)

    def multiply(self, times: int) -> None:
        """Let everything that was counted be there this many times; protected persons and examples stay single."""
        for name in ("rows", "persons", "households", "live_households"):
            setattr(self, name, getattr(self, name) * times)
        for name in (*_COUNTERS, "traits"):
            counter: Counter[str] = getattr(self, name)
            for key in counter:
                counter[key] *= times

    def as_dict(self) -> dict[str, Any]:
        """Return all counts as plain values, keys sorted."""
        return {
            "rows": self.rows,
            "persons": self.persons,
            "live_persons": self.by_state[LIVE],
            "households": self.households,
            "live_households": self.live_households,
            "protected_persons": self.protected,
            **{name: dict(sorted(getattr(self, name).items())) for name in _COUNTERS},
            "traits": dict(sorted(self.traits.items())),
            "examples": dict(sorted(self.examples.items())),
        }

    def _add_person(self, row: Row) -> bool:
        self.persons += 1
        self.by_state[row["resident_state"]] += 1
        if row["resident_state"] != LIVE:
            return False
        self.by_sex[row["sex"]] += 1
        self.by_birth_year[row["birth_date"][:4] or UNKNOWN_YEAR] += 1
        self.by_town[row["address_town"]] += 1
        self.by_district[row["local_district_1"]] += 1
        self.by_kind[row["resident_kind"]] += 1
        return True

    def _add_trait(self, trait: str, household: Household) -> None:
        self.traits[trait] += 1
        shown = self.examples.setdefault(trait, [])
        if len(shown) < _EXAMPLES:
            shown.append(household.rows[0]["addressee_number"])
