"""What questions are tied to, who may see them, how they go on: pure functions."""
