"""Benchmarks: what a request costs, as CPU time of the server and as a ratio to raw database access in the same run."""
