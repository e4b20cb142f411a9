"""The fixtures of this room."""

from support.calls import calls, receiver, sqlite_calls

__all__ = ["calls", "receiver", "sqlite_calls"]
