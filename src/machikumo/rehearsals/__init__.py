"""Rehearsals (移行リハーサル): a system moves in two to five rehearsals and one real move, each proved (指針6).

For the officer and both vendors: what every round brought, what changed since the last one, who signed it.
A figure is counted from the files themselves and can be opened to the rows behind it, masked, with a ledger row.
It never takes a state that somebody typed: every step is computed from the work, and nobody signs over a blocker.
It never loads anything by itself: files go through the layouts room, and their rows into the rooms above.
"""
