"""The house's own rules: ``python tools/lint.py [rule …]``; exit code 1 when one is broken."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bootstrap import ROOT
from lints import RULES
from lints.budgets import measure, share
from lints.source import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lints.source import Source


def main(chosen: list[str]) -> int:
    """Run the chosen rules, or all, and print every finding."""
    unknown = set(chosen) - set(RULES)
    if unknown:
        print(f"no such rule: {', '.join(sorted(unknown))}; there are {', '.join(RULES)}", file=sys.stderr)
        return 2
    files = sources(ROOT)
    count = sum(run_rule(name, files) for name in chosen or RULES)
    print(sizes(files))
    return 1 if count else 0


def run_rule(name: str, files: Sequence[Source]) -> int:
    """Print the findings of one rule and give their number."""
    found = sorted(RULES[name](files))
    print(f"{'NG' if found else 'ok'}  {name:<16} {len(found) or ''}")
    for finding in found:
        print(f"      {finding}")
    return len(found)


def sizes(files: Sequence[Source]) -> str:
    """One line about the size of the product."""
    size = measure(files)
    if not size.functions or not size.modules:
        return "no source"
    return (
        f"    functions: median {share(size.functions, 0.5)}, p90 {share(size.functions, 0.9)}, most"
        f" {max(size.functions)} lines; modules: p90 {share(size.modules, 0.9)}, most {max(size.modules)};"
        f" tests {size.test_lines / max(size.source_lines, 1):.2f} lines a source line"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
