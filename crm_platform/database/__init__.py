"""The only room that writes SQL: engine per site, tables from metadata, schema changes, queries."""
