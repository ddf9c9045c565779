"""Definitions: layouts are made, brought in, compared, published and handed on as data (指針6).

For the officer and both vendors: the official form comes in and goes out, a sample file becomes a layout without code.
A published edition never changes; what could not be read of a workbook is kept word for word.
It never claims that a layout conforms to a text that nobody has read, and it never reads a town's rows for itself:
reading, checking and converting files is the work of the room layouts.
"""
