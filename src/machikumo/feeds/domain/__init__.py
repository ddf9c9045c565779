"""What a feed is made of, without framework, clock or files."""
