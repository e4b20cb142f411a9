"""Documents that mean the same: found by rules, explained field by field, told apart by people."""
