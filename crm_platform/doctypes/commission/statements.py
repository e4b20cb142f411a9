"""Commission statements: made anew while they are drafts, closed in turn, and made again to prove the closed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.commission.bases import BASES
from crm_platform.doctypes.commission.lines import History, Reckoning, Stated, Values, key_of
from crm_platform.doctypes.commission.plans import plans_of
from crm_platform.doctypes.commission.sales import SUBMITTED, Sale, Scope
from crm_platform.doctypes.selling.amounts import fill_company
from crm_platform.doctypes.selling.settings import company_currency, company_places
from crm_platform.pack import Context, Document, FieldError, ValidationError

Said = tuple[str, ...]
STATEMENT, LINE = "Commission Statement", "Commission Statement Line"
FACTS = ("entry_type", "document_type", "document_name", "against", "product_group", "commission_plan", "tier_start")
FIGURES = ("amount", "rate", "commission")
SHOWN = ("posting_date", "customer_name", "document_amount", "allocated_percentage")


def fill_statement(ctx: Context, doc: Document) -> None:
    """Make the lines of a draft anew. Raises ValidationError when the period is closed already or there is no plan."""
    if doc.docstatus or not (doc.sales_person and doc.from_date and doc.to_date):
        return
    doc.company_currency = company_currency(ctx)
    fill_company(ctx, doc)
    last = last_statement(ctx, doc.sales_person)
    doc.previous_statement = last["name"] if last else None
    if last and doc.from_date <= last["to_date"]:
        template = "{statement} has closed the time until {day}. Begin after it."
        params = {"statement": last["name"], "day": last["to_date"].isoformat()}
        raise ValidationError(template, errors=[FieldError("from_date", template, params=params)], **params)
    doc.lines = reckon(ctx, doc)


def reckon(ctx: Context, doc: Document, only: Stated | None = None) -> list[Values]:
    """The lines of a statement, from the documents as they are now and the statements closed before it."""
    plans = plans_of(ctx, doc.sales_person)
    if not plans:
        template = "{person} has no commission plan. Name the person in one and submit it."
        raise ValidationError(template, person=doc.sales_person)
    scope = Scope(doc.to_date, since=plans[0].valid_from, persons=frozenset({doc.sales_person}))
    bases = sorted({plan.basis for plan in plans})
    sales: list[Sale] = [sale for basis in bases for sale in BASES[basis](ctx, scope)]
    history = History(lines_before(ctx, doc.sales_person, doc.from_date))
    reckoning = Reckoning(doc.sales_person, doc.to_date, plans, product_groups(ctx), company_places(ctx), only)
    return list(reckoning.lines(sales, history))


def last_statement(ctx: Context, person: str) -> Mapping[str, Any] | None:
    """Name and last day of the newest closed statement of a person."""
    filters = {"sales_person": person, "docstatus": SUBMITTED}
    rows = ctx.as_system().store.list(
        STATEMENT, fields=["name", "to_date"], filters=filters, order_by="to_date desc", limit=1
    )
    return rows[0] if rows else None


def lines_before(ctx: Context, person: str, day: date) -> Sequence[Mapping[str, Any]]:
    """The lines of the person's statements that were closed for the time before a day."""
    store = ctx.as_system().store
    filters = {"sales_person": person, "docstatus": SUBMITTED, "to_date": ["<", day.isoformat()]}
    names = [row["name"] for row in store.list(STATEMENT, filters=filters, limit=None)]
    fields = [*FACTS, *FIGURES, *SHOWN]
    return store.list(LINE, fields=fields, filters={"parent": ["in", names]}, limit=None, parent=STATEMENT)


def product_groups(ctx: Context) -> Mapping[str, Sequence[str]]:
    """Each product group with those above it, the nearest first; "" for products without one."""
    rows = ctx.as_system().store.list("Product Group", fields=["name", "parent_product_group"], limit=None)
    above = {row["name"]: row["parent_product_group"] for row in rows}
    found: dict[str, list[str]] = {"": []}
    for name in above:
        chain, one = found.setdefault(name, []), name
        while one and one not in chain:
            chain.append(one)
            one = above.get(one) or ""
    return found


def check_turn(ctx: Context, doc: Document) -> None:
    """Statements of a person are closed one after the other, on the figures that somebody has seen.

    Raises ValidationError when another one was closed since this one was made.
    """
    ctx.as_system().store.get("Sales Person", doc.sales_person, for_update=True)
    last = last_statement(ctx, doc.sales_person)
    if (last["name"] if last else None) != doc.previous_statement:
        template = "A statement of {person} was closed or cancelled since this one was made. Save this one again first."
        raise ValidationError(template, person=doc.sales_person)


def run_again(ctx: Context, name: str) -> dict[str, Any]:
    """Make a closed statement again from its documents: whether each line gives the same, to the cent.

    Answers `same`, the `differences` (line as it stands, line as it would be) and a `message` for people.
    """
    doc = ctx.store.get(STATEMENT, name)
    if doc.docstatus != SUBMITTED:
        raise ValidationError("{statement} is not closed.", statement=name)
    stored = [_said(row) for row in doc.lines]
    again = [_said(row) for row in reckon(ctx, doc, {(row.entry_type, key_of(row)) for row in doc.lines})]
    differences = _differences(stored, again)
    total = f"{doc.total_commission:.{company_places(ctx)}f}"
    message = (
        ctx._("The same to the cent: {count} lines, {total} in all.", count=len(stored), total=total)
        if not differences
        else ctx._("{count} lines would be different now.", count=len(differences))
    )
    return {"same": not differences, "differences": differences, "message": message}


def _said(line: Mapping[str, Any]) -> Said:
    """A line without what is only shown, in a form that can be compared and told."""
    values = [line[name] for name in (*FACTS, *FIGURES)]
    return tuple(f"{value.normalize():f}" if isinstance(value, Decimal) else str(value or "") for value in values)


def _differences(stored: Sequence[Said], again: Sequence[Said]) -> list[dict[str, Said]]:
    gone = [line for line in stored if line not in again]
    new = [line for line in again if line not in stored]
    if stored != again and not gone and not new:
        gone, new = list(stored), list(again)
    return [{"stored": line} for line in gone] + [{"again": line} for line in new]
