"""How stored files are closed: pure functions, keys and salts come as arguments."""
