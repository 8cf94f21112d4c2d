"""The only place that knows SQL: tables, migrations, queries by noun, and the unit of work."""
