"""A site with a clock and a worker, for what happens by itself."""

from support.automation import desk, desk_template

__all__ = ["desk", "desk_template"]
