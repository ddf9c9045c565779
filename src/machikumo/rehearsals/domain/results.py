"""A round's results as plain values: what is stored, and what pages, report and command line read of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.rehearsals.domain.comparing import Count, Difference

MOST_FIGURES = 2_000  # differing figures that are kept; more are counted


def measured_of(counts: Mapping[str, Count], sheet: Mapping[str, int], changed: Mapping[str, str]) -> dict[str, Any]:
    """What was counted of a round by layout, our side of the count sheet, and the definitions changed since.

    ``changed`` has the file names of move-ins whose mapping is another one today, each with the mapping's key.
    """
    return {
        "layouts": {key: _count(found) for key, found in sorted(counts.items())},
        "sheet": dict(sheet),
        "changed_definitions": dict(changed),
    }


def _count(found: Count) -> dict[str, Any]:
    defects = [
        {"rule": rule, "item": item, "count": len(keys.hashes), "name_ja": names[0], "name_en": names[1]}
        for (rule, item), keys in sorted(found.defects.found.items())
        for names in [found.defects.words[rule]]
    ]
    return {
        "read": found.read,
        "accepted": found.picture.rows,
        "held": found.held.count,
        "held_open": found.held_open,
        "picture": found.picture.as_dict(),
        "defects": defects,
    }


def difference_of(differences: Mapping[str, Difference], compared_with: int) -> dict[str, Any]:
    """The differences by layout, and the number of the round that was compared with."""
    return {
        "with": compared_with,
        "layouts": {key: _difference(found) for key, found in sorted(differences.items())},
    }


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "compared": found.compared,
        "figures": [asdict(one) for one in found.figures[:MOST_FIGURES]],
        "differing_figures": len(found.figures),
        "defects": [asdict(one) | {"still": one.still} for one in found.defects],
        "held": asdict(found.held),
        "same": found.same,
        "kinds": dict(found.kinds),
        "columns": dict(found.columns.most_common()),
    }


def sum_of(measured: Mapping[str, Any], name: str) -> int:
    """A count (read, accepted, held, held_open) of all layouts of a round together."""
    return sum(found[name] for found in measured.get("layouts", {}).values())


def defects_in(measured: Mapping[str, Any]) -> int:
    """How many findings the files of a round had, of all rules."""
    return sum(line["count"] for found in measured.get("layouts", {}).values() for line in found["defects"])


def differing_rows(difference: Mapping[str, Any]) -> int:
    """How many rows are not the same as in the round before, of all layouts and kinds."""
    return sum(sum(found["kinds"].values()) for found in difference.get("layouts", {}).values())
