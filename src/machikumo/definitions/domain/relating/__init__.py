"""A mapping as people work on it: a sheet of moves, code maps and answers, its faults and changes."""
