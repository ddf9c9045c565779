"""Proposing which item of one layout goes to which of another, by which steps, with reasons; people decide."""
