"""Everything that changes organisations, people, roles and membership; scope first, facts as keywords."""
