"""Definitions in the forms that others read: Frictionless Data Package and Table Schema, and W3C CSVW."""
