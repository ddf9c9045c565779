"""Rules of tenant life that need no database."""
