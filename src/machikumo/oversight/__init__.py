"""Oversight: what the prefecture, the group and the ministry see of their towns (フォローアップ).

Guideline: 指針3 (the prefecture helps its towns).
It reads only its own tenant: what a town has released to it and not withdrawn. It never looks into a town.
"""
