"""Packs from the browser: which are there, what a change of them would do, and carrying it out. For System Managers."""

from __future__ import annotations

from typing import Any, Protocol

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context

Row = dict[str, Any]


class Packs(Protocol):
    """What the site answers; each refuses who may not ask."""

    def state(self, ctx: Context) -> Row: ...
    def every(self, ctx: Context) -> list[Row]: ...
    def preview(self, ctx: Context, pack: str, action: str) -> Row: ...
    def apply(self, ctx: Context, pack: str, action: str, plan: str = "") -> Row: ...


def pack_methods(packs: Packs) -> tuple[ApiMethod, ...]:
    """The methods over the packs of a site."""
    return (
        ApiMethod("crm.pack.state", packs.state),
        ApiMethod("crm.pack.list", packs.every),
        ApiMethod("crm.pack.preview", packs.preview, writes=True),
        ApiMethod("crm.pack.apply", packs.apply, writes=True),
    )
