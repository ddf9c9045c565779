"""The rules of a layout as SQL: the same verdicts on rows that lie as text in a table of a database engine."""
