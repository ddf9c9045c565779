"""The demonstration: two towns move in with their old vendors' files, and their residents are served."""
