"""Releases: the only way by which data crosses from one organisation to another (提供).

Guidelines: 指針3 and 指針10 (prefecture and ministry see what towns chose to show them).
A release is a versioned, signed copy, written under the recipient's tenant; withdrawn, it is unreadable at once.
No policy lets a row cross: one database function does, and it takes the source from the transaction, never from us.
It never carries what was not named: the content is a copy made by the source.
"""
