"""A vehicle is an installed product: its VIN must be one, its owners are remembered, its plan makes visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_platform.pack import Context, Document, FieldError, ValidationError
from crm_platform.plugins.automotive.vin import vin_fits

VEHICLE = "Installed Product"
MENU = "Maintenance Menu"
VISIT = "Maintenance Visit"


def check_vin(doc: Document, fieldname: str) -> None:
    """Refuse an impossible VIN."""
    if doc.get(fieldname) and doc.has_changed(fieldname) and not vin_fits(doc[fieldname]):
        raise ValidationError(
            "This cannot be a VIN: 17 signs without I, O and Q, of which the ninth checks the others. Compare it.",
            errors=[FieldError(fieldname, "No sound VIN.")],
        )


def check_trade_in(ctx: Context, doc: Document) -> None:
    """The VIN of a vehicle that is taken in."""
    check_vin(doc, "vin")


def prepare_vehicle(ctx: Context, doc: Document) -> None:
    """What goes with every change of a vehicle."""
    if not doc.is_vehicle:
        return
    check_vin(doc, "serial_no")
    doc.usage_unit = doc.usage_unit or "km"
    if doc.has_changed("customer"):
        _change_owner(ctx, doc)
    if not doc.maintenance_plan:
        doc.maintenance_plan = _plan(ctx, doc.product)


def _change_owner(ctx: Context, doc: Document) -> None:
    today = doc.delivered_on if doc.is_new else date.fromisoformat(ctx.today())
    for row in doc.owners:
        row.until = row.until or today
    doc.append("owners", {"customer": doc.customer, "since": today})


def _plan(ctx: Context, product: str) -> list[dict[str, Any]]:
    """The menus of a model by mileage."""
    store = ctx.as_system().store
    names = store.list(MENU, filters={"product": product}, order_by="mileage asc", limit=100)
    menus = [store.get(MENU, row["name"]) for row in names]
    return [
        {
            "mileage": menu.mileage,
            "menu": menu.name,
            "price": menu.price,
            "work": ", ".join(row.description for row in menu["items"]),
        }
        for menu in menus
    ]


def plan_visits(ctx: Context, doc: Document) -> None:
    """A reading that comes to a row of the plan makes its visit; of rows that were passed, the last one."""
    if not doc.is_vehicle or not doc.has_changed("usage"):
        return
    due = [row for row in doc.maintenance_plan if row.mileage <= doc.usage and not row.visit]
    if not due:
        return
    store, last = ctx.as_system().store, max(due, key=lambda row: row.mileage)
    visit = store.new(VISIT, {"installed_product": doc.serial_no, "maintenance_type": "Scheduled"})
    visit.set("purposes", [{"description": work} for work in (last.work or "").split(", ") if work])
    name = store.insert(visit).name
    vehicle = store.get(VEHICLE, doc.serial_no, for_update=True)
    for row in vehicle.maintenance_plan:
        if row.mileage <= doc.usage and not row.visit:
            row.visit = name
    store.save(vehicle)


def next_menu(ctx: Context, vin: str, mileage: float | None = None) -> dict[str, Any]:
    """The next row of a vehicle's plan from a mileage on (default: its last reading); empty after the last one."""
    vehicle = ctx.store.get(VEHICLE, vin)
    reading = vehicle.usage if mileage is None else mileage
    rows = [row for row in vehicle.maintenance_plan if row.mileage > (reading or 0)]
    first = min(rows, key=lambda row: row.mileage, default=None)
    return {"mileage": first.mileage, "work": first.work, "price": float(first.price or 0)} if first else {}


def vehicle_360(ctx: Context, vin: str) -> dict[str, Any]:
    """All about a vehicle that the caller may read: itself, owners, order, care, and the next menu.

    The service history is `warranty.history`.
    """
    vehicle = ctx.store.get(VEHICLE, vin)
    fields = ("serial_no", "product", "customer", "plate", "colour", "usage", "warranty_expiry_date", "last_service_on")
    return {
        "vehicle": {field: vehicle.get(field) for field in fields},
        "owners": [{key: row[key] for key in ("customer", "since", "until")} for row in vehicle.owners],
        "orders": list(
            ctx.store.list("Vehicle Order", fields=["name", "order_state"], filters={"vehicle": vin}, limit=5)
        ),
        "care": list(
            ctx.store.list(
                "Care Contact",
                fields=["name", "occasion", "due_on", "status"],
                filters={"vehicle": vin},
                order_by="due_on asc",
            )
        ),
        "next_menu": next_menu(ctx, vin),
    }
