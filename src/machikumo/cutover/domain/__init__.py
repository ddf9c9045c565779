"""Pure rules of the cut-over."""
