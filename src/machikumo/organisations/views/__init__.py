"""The room's pages: signing in, the demo's door, people and roles, personnel changes, the yearly review."""
