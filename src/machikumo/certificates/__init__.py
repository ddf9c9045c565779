"""Certificates: issuing core of the 住民票の写し, its channels and the public check of a paper.

Guideline: 指針8 (services that residents use; right paper, right person, once).
A request row exists before anything is made, every step is a compare-and-set, and the finished paper is read back.
It never releases what it has not read back, and it never keeps an individual number in its own tables.
It never says to a person without need why a request was refused.
"""
