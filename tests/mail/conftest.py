"""The fixture of this room."""

from support.post_office import post, sqlite_post

__all__ = ["post", "sqlite_post"]
