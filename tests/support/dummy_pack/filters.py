"""Filters for print formats: functions of a module, since the print worker imports them by name."""

from __future__ import annotations


def shelf_mark(value: str) -> str:
    return f"【{value}】"
