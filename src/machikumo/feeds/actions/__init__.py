"""Describing feeds, taking files in, applying them, and settling what was left out."""
