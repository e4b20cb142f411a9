"""What the knowledge base knows about a model and a fault, on the repair order: where that pack is enabled."""

from __future__ import annotations

from crm_platform.pack import Context, Document, search_tokens

ARTICLE = "Knowledge Article"
SHOWN = 3
MOST = 100


def add_solutions(ctx: Context, doc: Document) -> None:
    """The published articles about the model, those that share most words with the fault first."""
    if ARTICLE not in ctx.definitions or not doc.product or not (doc.is_new or doc.has_changed("fault")):
        return
    rows = ctx.as_system().store.list(
        ARTICLE,
        fields=["name", "title", "summary"],
        filters={"product": doc.product, "workflow_state": "Published"},
        order_by="helpful_votes desc",
        limit=MOST,
    )
    fault = set(search_tokens(doc.fault or ""))
    shared = {row["name"]: len(fault & set(search_tokens(f"{row['title']} {row['summary'] or ''}"))) for row in rows}
    likest = sorted(rows, key=lambda row: -shared[row["name"]])[:SHOWN]
    lines = [f"{row['name']} {row['title']}: {row['summary'] or ''}".rstrip(": ") for row in likest]
    doc.known_solutions = "\n".join(lines)
