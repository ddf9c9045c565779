"""Rules of the resident register that need no database."""
