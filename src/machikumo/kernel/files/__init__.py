"""Files: what people upload and what the platform makes, kept per organisation outside the database.

Guideline: 指針6 (the old vendor's files arrive here).
A file is reached only through its row, and the row is behind the walls; a broken upload leaves nothing behind.
"""
