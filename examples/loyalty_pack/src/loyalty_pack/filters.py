"""Filters of the pack's print formats."""

from __future__ import annotations


def points_text(value: object) -> str:
    """Points with their sign and separated thousands: +1,200."""
    return f"{int(str(value or 0)):+,}"
