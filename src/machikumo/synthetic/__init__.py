"""Synthetic: towns, people and vendors' files that are made up, for training, rehearsal and tests (指針6).

A seed, a real municipality and a number of people give the same town for ever, written as standard rows
or as an old vendor's file, with planted defects and the truth about both when asked for.
It never copies a real person, and no individual number or resident record code of it is valid in life.
It knows no database: what it makes enters a town through the same doors as a vendor's export.
"""
