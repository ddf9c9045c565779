"""Tenancy: organisations, the doors into their rows, and the walls in the database.

Guidelines: all ten; one platform that many municipalities share (自治体クラウド).
Row-level security is the first wall, the Scope the second; both must agree.
It never lets a row cross between organisations: that is what releases are for.
"""
