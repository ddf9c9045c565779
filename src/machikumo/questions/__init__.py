"""Questions: what a town, its old vendor and its new vendor ask each other about a move, and what was decided (指針6).

For the officer who changes vendors: columns that nobody can explain are what vendors price, so each is asked and tied.
A question is tied to a file, a column, rows, or a decision; while it is open nobody signs what it is about.
It never shows a vendor what was asked of another, never changes what was written, and never decides by itself.
It never reads a resident's data: a tie is a place in a file, not what stands there.
"""
