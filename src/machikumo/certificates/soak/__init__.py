"""The soak of the issuing core, which anybody can run: pairs of clients at the same moment, while servers are killed.

Guideline: 指針8; the municipality's own evidence that no paper goes to the wrong person, twice, or nowhere.
Real HTTP, several server processes on one database, forced delays past every timeout, clocks that stand still.
It runs on a database of its own with invented people, never on a town's.
"""
