"""A definition as people write it, the forms in which it travels, and how two of its versions differ: pure."""
