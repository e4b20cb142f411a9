"""A document that others were made from is cancelled after them, never before."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.pack import Context, Document, ValidationError

SUBMITTED = 1
HISTORY = frozenset({"amended_from", "revised_from", "previous_contract"})
"""Links that tell where a document comes from, and do not depend on it."""


def refuse_while_used(ctx: Context, doc: Document) -> None:
    """Raise ValidationError naming a submitted document that was made from this one."""
    for doctype, name in _users(ctx, doc):
        raise ValidationError(
            "{user_doctype} {user} was made from {name}. Cancel it first.",
            user_doctype=ctx._(doctype),
            user=name,
            name=doc.name,
        )


def _users(ctx: Context, doc: Document) -> Iterator[tuple[str, str]]:
    store = ctx.as_system().store
    for meta, field in ctx.definitions.links_to.get(doc.doctype, ()):
        if field.fieldname in HISTORY or meta.is_virtual:
            continue
        where = {field.fieldname: doc.name, "docstatus": SUBMITTED}
        if meta.istable:
            for parent, _ in ctx.definitions.parents_of.get(meta.name, ()):
                rows = store.list(
                    meta.name,
                    fields=["parent"],
                    filters={**where, "parenttype": parent.name},
                    limit=1,
                    parent=parent.name,
                )
                yield from ((parent.name, str(row["parent"])) for row in rows)
        elif meta.is_submittable:
            yield from ((meta.name, str(row["name"])) for row in store.list(meta.name, filters=where, limit=1))
