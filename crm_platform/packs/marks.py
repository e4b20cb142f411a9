"""Marks on a pack's API methods: what they need of the caller, kept as attributes of the function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def writes(function: F) -> F:
    """The method changes data: it is called by POST only and runs in a write transaction."""
    function.crm_writes = True  # type: ignore[attr-defined]
    return function


def guest(function: F) -> F:
    """The method is open to callers who are not signed in."""
    function.crm_guest = True  # type: ignore[attr-defined]
    return function
