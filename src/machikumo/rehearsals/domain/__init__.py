"""What two rounds have in common and what not: plain Python, Polars for the counting."""
