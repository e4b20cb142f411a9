"""The fixtures of this room."""

from support.automation import desk, desk_template, each_desk, quiet_desk

__all__ = ["desk", "desk_template", "each_desk", "quiet_desk"]
