"""Reading definitions: from folders and files, and the town's own."""
