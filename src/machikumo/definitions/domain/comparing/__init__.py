"""What differs between two versions of a definition, and what that means for files already written."""
