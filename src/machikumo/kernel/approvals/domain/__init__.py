"""The rules of four eyes, without a database."""
