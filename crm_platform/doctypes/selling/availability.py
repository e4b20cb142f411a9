"""How many of each row's product are to be had while a document is entered: a pack's source says it, else our stock."""

from __future__ import annotations

from crm_platform.doctypes.selling.amounts import enquiry_of, is_draft
from crm_platform.doctypes.selling.enquiring import ask
from crm_platform.doctypes.selling.prices import own_stock
from crm_platform.pack import Context, Document

SHOWN = "projected_qty"


def fill_available(ctx: Context, doc: Document) -> None:
    """The figure of each row of a draft that shows one; none for what has no stock."""
    rows = [row for row in doc["items"] if row.product and SHOWN in row.meta.by_name]
    if not rows or not is_draft(doc):
        return
    own = _own(ctx, {row.product for row in rows})
    elsewhere = bool(ctx.contributions("item_sources"))
    for row in rows:
        if row.product in own:
            row[SHOWN] = ask(ctx, enquiry_of(ctx, doc, row))["available_qty"] if elsewhere else own[row.product]


def _own(ctx: Context, products: set[str]) -> dict[str, float | None]:
    """Of the products that are there, in two queries; bundles are counted by their parts."""
    store, among = ctx.as_system().store, ["in", sorted(products)]
    fields = ["name", "projected_qty", "is_stock_item"]
    rows = store.list("Product", fields=fields, filters={"name": among}, limit=None)
    found = {row["name"]: float(row["projected_qty"]) if row["is_stock_item"] else None for row in rows}
    bundles = store.list("Product Bundle", fields=["product"], filters={"product": among, "disabled": 0}, limit=None)
    return found | {row["product"]: own_stock(ctx, row["product"]) for row in bundles}
