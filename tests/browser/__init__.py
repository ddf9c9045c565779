"""Tests through a real browser, and what they all need: see conftest.py and checks.py."""
