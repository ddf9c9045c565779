"""Feeds: daily difference files of the old system keep the register fresh after the move (日次差分連携).

Guideline: 指針6 (a town's data follows it, and two systems side by side must say the same).
A feed is data: a layout, a rule of names and numbers, control records, what an empty file means. It never applies a
file twice, never skips a missing one by itself, and never writes over what the register holds.
"""
