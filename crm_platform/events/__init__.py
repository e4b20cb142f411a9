"""Live events: changes told after their commit, to whoever may read what changed."""
