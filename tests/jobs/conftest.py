"""The fixture of this room."""

from support.offices import office

__all__ = ["office"]
