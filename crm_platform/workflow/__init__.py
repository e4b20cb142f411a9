"""Workflows: the transitions open to a person, taking one, and what each step leaves behind."""
