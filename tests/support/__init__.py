"""Helpers shared by tests; imported as `support.<module>` (pyproject puts `tests` on the path, never the root)."""
