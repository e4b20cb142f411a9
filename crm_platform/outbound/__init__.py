"""Requests to addresses that people enter: to the outside only, within limits of time and size, never redirected."""
