"""Checks of a rule's record when it is saved: every fault at once, with its place and what to do."""
