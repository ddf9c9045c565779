"""Fonts, shapes, candidates, decisions and maps of user-defined characters, without any framework."""
