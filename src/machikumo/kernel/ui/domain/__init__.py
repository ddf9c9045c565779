"""Colour reckoning and numbers in words: plain functions of the design system."""
