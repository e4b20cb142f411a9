"""crm.delivered.*: records of the product and its packs that the site has changed, and the way back."""

from __future__ import annotations

from typing import Any, Protocol

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context

Row = dict[str, Any]


class Delivered(Protocol):
    """What the site answers; each refuses who may not ask."""

    def every(self, ctx: Context, doctype: str) -> list[Row]: ...
    def reset(self, ctx: Context, doctype: str, name: str) -> Row: ...


def delivered_methods(delivered: Delivered) -> tuple[ApiMethod, ...]:
    """The methods over the delivered records of a site."""
    return (
        ApiMethod("crm.delivered.list", delivered.every),
        ApiMethod("crm.delivered.reset", delivered.reset, writes=True),
    )
