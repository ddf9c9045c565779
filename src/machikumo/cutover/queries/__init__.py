"""Reading plans, loads, and the state of the town."""
