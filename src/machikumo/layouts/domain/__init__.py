"""Definitions, reader, rules, conversion, quarantine, reconciliation: pure, with files only as arguments."""
