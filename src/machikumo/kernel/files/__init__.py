"""Files: what people upload and what the platform makes, kept per organisation outside the database.

Guideline: 指針6 (the old vendor's files arrive here).
A file is reached only through its row, and the row is behind the walls; a broken upload leaves nothing behind.
Bytes never lie in the clear: they are closed with the organisation's key, and may be taken away by date.
"""
