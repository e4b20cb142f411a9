"""Documents on paper: a snapshot under the caller's rights, made into HTML and PDF by worker processes."""
