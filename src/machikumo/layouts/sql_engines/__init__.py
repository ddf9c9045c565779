"""The rules of a layout run by a database engine: PostgreSQL, DuckDB in several processes, Spark on a cluster."""
