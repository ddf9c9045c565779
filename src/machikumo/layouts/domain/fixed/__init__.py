"""Files whose records have a fixed length in bytes, as hosts write them: framed, decoded and written here."""
