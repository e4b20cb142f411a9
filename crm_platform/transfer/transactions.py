"""What an import needs of a site: transactions, those of the site itself or those of a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

T = TypeVar("T")


class Transactions(Protocol):
    """Runs work in a transaction of its own, which is committed when it returns."""

    @property
    def zone(self) -> ZoneInfo: ...

    def read(self, work: Callable[[Context], T]) -> T: ...

    def write(self, work: Callable[[Context], T]) -> T: ...
