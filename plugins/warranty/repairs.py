"""From a claim to a repair order, what a finished repair changes, and the invoice of what the customer pays."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_platform.pack import Context, Document, FieldError, ValidationError, writes
from crm_platform.plugins.warranty.installed import note_service, replace

ORDER = "Repair Order"
RETURN = "Return Authorization"
ROW = ("item_type", "product", "description", "qty", "rate", "currency")
APPROVED = ("Approved", "In Repair")


@writes
def make_repair_order(ctx: Context, name: str) -> dict[str, str]:
    """The repair order of an approved claim: the one that is open, else a new one with the parts that were approved."""
    claim = ctx.store.get("Warranty Claim", name, for_update=True)
    if claim.workflow_state not in APPROVED:
        raise ValidationError("Approve the claim first.")
    open_one = ctx.store.list(ORDER, filters={"claim": name, "docstatus": 0, "status": ["!=", "Called Off"]}, limit=1)
    if open_one:
        return {"doctype": ORDER, "name": str(open_one[0]["name"])}
    order = ctx.store.new(ORDER, {"claim": name, "customer": claim.customer, "currency": claim.currency})
    order.installed_product, order.usage, order.fault = claim.installed_product, claim.usage, claim.complaint
    rows = [{key: row[key] for key in ROW} | {"paid_by": "Us" if row.covered else "Customer"} for row in claim["items"]]
    order.set("items", rows)
    return {"doctype": ORDER, "name": str(ctx.store.insert(order).name)}


@writes
def make_return(ctx: Context, name: str) -> dict[str, str]:
    """The return authorization (RMA) of a claim: the one that is there, else a new one."""
    claim = ctx.store.get("Warranty Claim", name, for_update=True)
    made = ctx.store.list(RETURN, filters={"claim": name, "status": ["!=", "Rejected"]}, limit=1)
    if made:
        return {"doctype": RETURN, "name": str(made[0]["name"])}
    values = {"claim": name, "customer": claim.customer, "reason": claim.complaint}
    asked = ctx.store.new(RETURN, values)
    asked.installed_product = claim.installed_product
    return {"doctype": RETURN, "name": str(ctx.store.insert(asked).name)}


def check_replacement(ctx: Context, doc: Document) -> None:
    """A serial number takes the place of another one only."""
    if doc.replacement_serial and (not doc.installed_product or doc.replacement_serial == doc.installed_product):
        raise ValidationError(
            "Choose the installed product that is replaced, and a serial number that is not its own.",
            errors=[FieldError("replacement_serial", "Replaces nothing.")],
        )


def finish_repair(ctx: Context, doc: Document) -> None:
    """A finished repair is in the life of the product: its reading, the day, the replacement."""
    if not doc.installed_product:
        return
    day = date.fromisoformat(ctx.today())
    note_service(ctx, doc.installed_product, doc.usage, day)
    if doc.replacement_serial:
        replace(ctx, doc.installed_product, doc.replacement_serial, day)


@writes
def make_service_invoice(ctx: Context, name: str) -> dict[str, str]:
    """A draft invoice of the rows that the customer pays, or the one that was made already."""
    order = ctx.store.get(ORDER, name, for_update=True)
    made = ctx.store.list("Sales Invoice", filters={"repair_order": name, "docstatus": ["<", 2]}, limit=1)
    if made:
        return {"doctype": "Sales Invoice", "name": str(made[0]["name"])}
    rows = [row for row in order["items"] if row.paid_by == "Customer"]
    if order.docstatus != 1 or not rows:
        raise ValidationError("Finish the repair first; only what the customer pays is invoiced.")
    if any(not row.product for row in rows):
        raise ValidationError(
            "Choose the product under which each row is invoiced, for work as well.",
            errors=[FieldError("items", "Choose the product.")],
        )
    values = {"customer": order.customer, "currency": order.currency, "items": [_billed(row) for row in rows]}
    invoice = ctx.store.new("Sales Invoice", {key: value for key, value in values.items() if value})
    invoice.repair_order = name
    return {"doctype": "Sales Invoice", "name": str(ctx.store.insert(invoice).name)}


def _billed(row: Document) -> dict[str, Any]:
    return {"product": row.product, "description": row.description, "qty": row.qty, "price_list_rate": row.rate}
