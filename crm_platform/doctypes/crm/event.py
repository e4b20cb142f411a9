"""Who sees an event: a private one is for its owner."""

from __future__ import annotations

from crm_platform.pack import Compare, Condition, Context, any_of


def public_or_own(ctx: Context, action: str) -> Condition:  # noqa: ARG001 the shape of a row filter
    """The events that the caller may reach."""
    return any_of(Compare(("event_type",), "=", "Public"), Compare(("owner",), "=", ctx.user))
