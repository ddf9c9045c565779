"""Pure making of synthetic residents: every draw comes from the one seeded stream that the caller hands in."""
