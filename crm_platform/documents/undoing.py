"""Trying a change out: what it would give, without leaving anything of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

T = TypeVar("T")


class _Undone(Exception):
    """Takes everything back to the savepoint; carries what was found out."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def undone(ctx: Context, work: Callable[[], T]) -> T:
    """What `work` gives; all that it changes in the transaction of `ctx` is taken back."""
    try:
        with ctx.connection.savepoint():
            raise _Undone(work())
    except _Undone as end:
        result: T = end.result
        return result
