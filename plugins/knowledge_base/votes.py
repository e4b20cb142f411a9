"""Votes on articles: one per person and article, the last one counts."""

from __future__ import annotations

from crm_platform.pack import Context, ValidationError, writes
from crm_platform.plugins.knowledge_base.articles import ARTICLE, PUBLISHED

VOTE = "Knowledge Vote"


@writes
def vote(ctx: Context, name: str, helpful: bool, comment: str = "") -> dict[str, str]:
    """Say whether a published article helped; whoever may read it may vote."""
    if ctx.store.get(ARTICLE, name).workflow_state != PUBLISHED:
        raise ValidationError("Only published articles are voted on.")
    store, key = ctx.as_system().store, f"{name}-{ctx.user}"
    values = {"helpful": int(helpful), "comment": comment}
    if store.exists(VOTE, key):
        store.update(VOTE, key, values)
    else:
        store.insert(store.new(VOTE, {"name": key, "article": name, **values}))
    return {"message": ctx._("Thank you for your vote.")}


@writes
def vote_helpful(ctx: Context, name: str) -> dict[str, str]:
    """The button “Helpful”."""
    return vote(ctx, name, helpful=True)


@writes
def vote_not_helpful(ctx: Context, name: str) -> dict[str, str]:
    """The button “Not Helpful”."""
    return vote(ctx, name, helpful=False)
