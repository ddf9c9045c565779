"""Organisations: municipalities, prefectures, joint bodies and cloud groups, people and roles.

Guideline: 指針4 (推進体制: how the group is set up and who works in it).
It never decides what a role may do in another room: rooms name permissions, towns narrow them.
"""
