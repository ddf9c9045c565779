"""The shared floor of all rooms: tenancy, ledger, jobs, numbers, text, characters, pages and paper.

Guideline: all ten stand on it. It knows no room: what a lower floor needs from a higher one goes through
``kernel.registries``, where rooms register.
It never holds a municipality's business rule.
"""
