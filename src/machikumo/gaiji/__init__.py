"""Gaiji: each figure of a town's user-defined characters is identified by two people, from its shape and use (指針6).

For the officer who changes vendors: the font of the old system, how many residents each figure touches, likely figures.
Figures are compared with IPAmj Mincho's own; what resembles nothing gets no candidate, by a threshold learned from it.
It never decides by itself, never writes a substitute in silence, and never lets one person decide alone.
It never normalises a stored name and never changes or deletes a decision: a new one stands beside the old.
"""
