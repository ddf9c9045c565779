"""The soak of the issuing core as claims: 0 papers of the wrong person, 0 double, 0 lost (Must show 6).

Two HTTP clients a pair, each a process, released at the same moment; only a pair that began within one millisecond
counts towards the number asked for, every pair is judged. Several server processes on one database, killed at random
with SIGKILL; forced delays past the client's time-out and the request's lease; clocks that stand still for ten seconds.
A run of 1,000 pairs or more is published as the long result too.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from reporting import Claim, publish

LONG = 1_000


def main() -> int:
    """Run and publish."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pairs", type=int, default=1_000)
    options.add_argument("--servers", type=int, default=3)
    options.add_argument("--lanes", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kill-every", type=float, default=5.0)
    options.add_argument("--long", action="store_true", help="ten times as many pairs")
    chosen = options.parse_args()
    from machikumo.certificates.soak import harness, town

    pairs = chosen.pairs * (10 if chosen.long else 1)
    plan = harness.Plan(
        pairs=pairs, servers=chosen.servers, lanes=chosen.lanes, seed=chosen.seed, kill_every=chosen.kill_every
    )
    town.prepare()
    scopes, homes = town.people(seed=1)
    result = harness.run(plan, scopes, homes, lambda line: print(line, file=sys.stderr, flush=True))
    names = ["soak_certificates", *(["soak_certificates_long"] if pairs >= LONG else [])]
    return max(publish(name, claims_of(result), **about(result)) for name in names)


def claims_of(result: object) -> list[Claim]:
    """One line for each thing that must be nought, and two that show that the soak was hard enough."""
    found, wanted = result.findings, result.plan.pairs
    asked = f"{result.wishes:,} wishes of {len(result.gaps_ms):,} pairs"
    gap = f"of {len(result.gaps_ms):,}; median gap {statistics.median(result.gaps_ms):.3f} ms"
    hard = (result.kills, result.counts["timed out"], result.states["cancelled"])
    near = result.near / wanted
    return [
        _none("papers that show another person (read from the PDFs that clients got)", found.wrong, asked, result),
        _none("papers or numbers given twice", found.double, asked, result),
        _none("wishes without a paper, papers without a client, requests left open", _lost(result), asked, result),
        Claim("pairs begun within one millisecond", result.near, gap, near, f"≥ {wanted:,}", near >= 1),
        Claim(
            "servers killed; client time-outs; requests cancelled whole",
            "; ".join(map(str, hard)),
            "none would prove nothing",
            min(hard),
            "each ≥ 1",
            min(hard) >= 1,
        ),
    ]


def _none(claim: str, faults: list[str], asked: str, result: object) -> Claim:
    return Claim(claim, len(faults), asked, len(faults) / max(1, result.wishes), "0", not faults)


def _lost(result: object) -> list[str]:
    return [*result.findings.lost, *result.troubles]


def about(result: object) -> dict[str, object]:
    """What else to know of the run."""
    return {
        "pairs": result.plan.pairs,
        "servers": result.plan.servers,
        "seed": result.plan.seed,
        "seconds": round(result.seconds, 1),
        "papers": result.papers,
        "kills": result.kills,
        "counts": dict(result.counts),
        "states": dict(result.states),
        "findings": {
            "wrong": result.findings.wrong[:20],
            "double": result.findings.double[:20],
            "lost": result.findings.lost[:20],
            "troubles": result.troubles[:20],
        },
    }


if __name__ == "__main__":
    sys.exit(main())
