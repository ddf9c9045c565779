"""Settings, root addresses, home page, operator's door, demo: what puts the rooms together.

Guideline: none of its own.
It never holds a rule of a room.
"""
