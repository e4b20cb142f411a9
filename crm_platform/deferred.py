"""A function that is named in a table and loaded when it is first called.

For what few processes ever do, with libraries that take long to load: templates that are checked when they are saved,
catalogues of another language, cron expressions. It names functions of its own room only, so that the order of the
rooms holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Deferred:
    """The function `name` of the module `module`."""

    module: str
    name: str

    @cached_property
    def function(self) -> Any:
        """The function itself. Raises ImportError or AttributeError when there is none of this name."""
        return getattr(import_module(self.module), self.name)

    def __str__(self) -> str:
        return self.name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.function(*arguments, **named)
