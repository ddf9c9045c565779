"""Layouts: a municipal file is read, checked, converted, reconciled and written by a definition that is data (指針6).

For the officer who changes vendors: every bad cell is named, every row is accounted for, nothing is guessed.
The domain is plain Python with Polars as an optional fast path; without Polars the same rules run slower.
It never guesses a character set, never writes a substitute for a character, and never drops a row in silence.
It never stores a resident: it hands converted rows to whoever loads them.
"""
