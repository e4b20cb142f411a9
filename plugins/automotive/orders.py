"""Vehicle orders: the factory reports states, suppliers get their material lists, and a delivery makes the vehicle."""

from __future__ import annotations

from datetime import date, timedelta

from crm_platform.pack import (
    Context,
    Document,
    FieldError,
    PermissionError,
    ValidationError,
    months_later,
    writes,
)
from crm_platform.plugins.automotive.vehicles import VEHICLE, check_vin

ORDER = "Vehicle Order"
REQUEST = "Vehicle Material Request"
CARE = "Care Contact"
STATES = ("Ordered", "In Production", "Painted", "In Stock", "In Transit", "Delivered")
REPORTERS = frozenset({"Factory System", "System Manager", "Administrator"})
OCCASIONS = (
    (1, "First Visit"),
    (6, "Care Call"),
    *((12 * year, "Anniversary") for year in range(1, 6)),
)
"""Months after the delivery: the first visit within one month, then contacts for five years."""

MOST = 500
"""Suppliers of one order."""


def prepare_order(ctx: Context, doc: Document) -> None:
    """The VIN is one, and the progress tells when each state was reached."""
    check_vin(doc, "vin")
    if doc.has_changed("order_state"):
        doc.append("states", {"state": doc.order_state, "reached_on": ctx.now(), "reported_by": ctx.user})


@writes
def report_state(ctx: Context, order: str, state: str, vin: str = "", engine_no: str = "") -> dict[str, str]:
    """The factory's system tells the state of an order, and what it knows of the vehicle. States only go on."""
    if not ctx.roles & REPORTERS:
        raise PermissionError("Only the factory reports states.")
    store = ctx.as_system().store
    doc = store.get(ORDER, order, for_update=True)
    if state not in STATES[:-1] or STATES.index(state) < STATES.index(doc.order_state):
        raise ValidationError(
            "{state} does not follow {now}. States: {known}.",
            state=state,
            now=doc.order_state,
            known=", ".join(STATES[:-1]),
            errors=[FieldError("state", "Does not follow.")],
        )
    doc.order_state, doc.vin, doc.engine_no = state, vin or doc.vin, engine_no or doc.engine_no
    return {"order": order, "state": str(store.save(doc).order_state)}


@writes
def send_materials(ctx: Context, name: str) -> dict[str, object]:
    """One request per supplier with his part of the list; a Webhook on the request sends it. Sent once."""
    order = ctx.store.get(ORDER, name, for_update=True)
    store = ctx.as_system().store
    sent = {
        row["supplier"] for row in store.list(REQUEST, fields=["supplier"], filters={"vehicle_order": name}, limit=MOST)
    }
    for supplier in sorted({row.supplier for row in order.materials} - sent):
        rows = [row for row in order.materials if row.supplier == supplier]
        parts = [{key: row[key] for key in ("part", "qty", "supplier", "needed_on")} for row in rows]
        request = store.new(REQUEST, {"vehicle_order": name, "supplier": supplier})
        request.set("materials", parts)
        store.insert(request)
    return {"list": REQUEST, "filters": {"vehicle_order": name}}


@writes
def deliver(ctx: Context, name: str) -> dict[str, str]:
    """Hand the vehicle over: it becomes an installed product with its plan, and the care calendar begins."""
    order = ctx.store.get(ORDER, name, for_update=True)
    if order.order_state == "Delivered":
        raise ValidationError("The vehicle is delivered already.")
    if not order.vin or order.order_state not in ("In Stock", "In Transit"):
        raise ValidationError("Only a finished vehicle with a VIN is delivered: it must be in stock or in transit.")
    today, store = date.fromisoformat(ctx.today()), ctx.as_system().store
    known = {key: order.get(key) for key in ("product", "customer", "engine_no", "colour", "configuration")}
    vehicle = store.new(VEHICLE, {**known, "serial_no": order.vin, "is_vehicle": 1})
    vehicle.delivered_on = today
    vehicle_name = str(store.insert(vehicle).name)
    order.order_state, order.vehicle, order.delivered_on = "Delivered", vehicle_name, today
    ctx.store.save(order)
    _plan_care(ctx, vehicle_name, order.customer, today)
    return {"doctype": VEHICLE, "name": vehicle_name}


def _plan_care(ctx: Context, vehicle: str, customer: str, delivered: date) -> None:
    store = ctx.as_system().store
    for months, occasion in OCCASIONS:
        contact = store.new(CARE, {"vehicle": vehicle, "customer": customer, "occasion": occasion})
        contact.due_on = months_later(delivered, months) - timedelta(days=1)
        store.insert(contact)
