"""The loyalty pack: its manifest and its hooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from crm_platform.pack import Context, Document, Manifest, Pack, hookimpl
from loyalty_pack.filters import points_text
from loyalty_pack.members import member_price, refuse_while_points_are_open
from loyalty_pack.points import add_to_balance, balance, check_points, redeem, take_from_balance


class Loyalty(Pack):
    """Points that customers collect and redeem."""

    manifest = Manifest(
        id="loyalty",
        title="Loyalty",
        version="0.1.0",
        package="loyalty_pack",
        platform=">=0.1,<1",
        description="Points that customers collect and redeem.",
        license="MIT",
        settings={"currency": "CNY", "keep_while_points_are_open": "0"},
    )

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {
            "Loyalty Entry": {
                "validate": check_points,
                "after_insert": add_to_balance,
                "on_trash": take_from_balance,
            }
        }

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {"balance": balance, "redeem": redeem}

    @hookimpl
    def jinja_filters(self) -> Mapping[str, Callable[..., object]]:
        return {"points": points_text}

    @hookimpl
    def item_sources(self) -> Mapping[str, Callable[..., Mapping[str, Any] | None]]:
        return {"members": partial(member_price, manifest=self.manifest)}

    @hookimpl
    def before_disable(self, ctx: Context) -> None:
        refuse_while_points_are_open(ctx, self.manifest)


pack = Loyalty()
