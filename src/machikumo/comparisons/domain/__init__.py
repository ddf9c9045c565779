"""Pure rules of the side-by-side run."""
