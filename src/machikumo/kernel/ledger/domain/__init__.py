"""The ledger's rules in plain Python: canonical rows, Merkle trees, checkpoints, and what a witness accepts."""
