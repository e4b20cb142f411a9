"""A customer is not related to itself: no firm belongs to itself, by however many steps, or recommended itself."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.pack import Context, Document, FieldError, ValidationError

SELF = "A customer cannot be related to itself."


def check_relations(ctx: Context, doc: Document) -> None:
    """Refuse relations that lead back to the customer."""
    faults = list(_faults(ctx, doc))
    if faults:
        raise ValidationError("The relations of the customer lead back to it. Choose another customer.", errors=faults)


def _faults(ctx: Context, doc: Document) -> Iterator[FieldError]:
    own = doc.get("name", "")
    if doc.referred_by and doc.referred_by == own:
        yield FieldError("referred_by", SELF)
    if doc.parent_customer and doc.has_changed("parent_customer") and own in _with_parents(ctx, doc.parent_customer):
        yield FieldError(
            "parent_customer", "{customer} belongs to this customer.", params={"customer": doc.parent_customer}
        )
    for index, row in enumerate(doc.relations, start=1):
        if row.customer == own:
            yield FieldError("customer", SELF, table="relations", row=index)


def _with_parents(ctx: Context, name: str) -> list[str]:
    """A customer and those that it belongs to, step by step; with the system's rights, since a loop shows nothing."""
    store, chain = ctx.as_system().store, [name]
    while parent := store.get("Customer", chain[-1]).parent_customer:
        if parent in chain:
            break
        chain.append(str(parent))
    return chain
