"""What is really packed when a bundle is delivered."""

from __future__ import annotations

from crm_platform.doctypes.selling.amounts import is_draft
from crm_platform.doctypes.selling.prices import bundle_parts
from crm_platform.pack import Context, Document


def pack_bundles(ctx: Context, doc: Document) -> None:
    """The parts of the bundles in a delivery note, which leave the stock in place of the bundle."""
    if not is_draft(doc):
        return
    packed = [
        {"product": part.product, "parent_product": row.product, "qty": row.qty * part.qty}
        for row in doc["items"]
        for part in bundle_parts(ctx, row.product)
    ]
    before = [{name: row[name] for name in ("product", "parent_product", "qty")} for row in doc.packed_items]
    if packed != before:
        doc.packed_items = packed
