"""Pages of the feeds."""
