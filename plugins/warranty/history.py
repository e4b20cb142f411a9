"""The service history of a serial number: everything that was ever done to it, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_platform.pack import Context
from crm_platform.plugins.warranty.cover import INSTALLED

SOURCES: Mapping[str, tuple[str, Sequence[str], str, str]] = {
    "Warranty Claim": ("complaint_date", ["complaint"], "status", "owner"),
    "Repair Order": ("planned_on", ["work_done", "fault"], "status", "technician"),
    "Return Authorization": ("received_on", ["reason"], "status", "owner"),
    "Maintenance Visit": ("mntc_date", ["maintenance_type"], "completion_status", "technician"),
}
"""DocType → its fields for the day, what it was about (the first that has a value), how far it came, and who did it."""

COLUMNS: Sequence[Mapping[str, str]] = (
    {"fieldname": "kind", "label": "Type", "fieldtype": "Data"},
    {"fieldname": "day", "label": "Date", "fieldtype": "Date"},
    {"fieldname": "about", "label": "Description", "fieldtype": "Data"},
    {"fieldname": "state", "label": "Status", "fieldtype": "Data"},
    {"fieldname": "who", "label": "Technician", "fieldtype": "Data"},
    {"fieldname": "parts", "label": "Parts Used", "fieldtype": "Data"},
    {"fieldname": "serial_no", "label": "Serial No", "fieldtype": "Data"},
)
"""What is shown of each of them."""

MOST = 200


def history(ctx: Context, serial_no: str) -> list[dict[str, Any]]:
    """Claims, repairs with their parts, returns and visits of a product and of those that it replaced."""
    found = [row for serial in _chain(ctx, serial_no) for doctype in SOURCES for row in _of(ctx, doctype, serial)]
    return sorted(found, key=lambda row: (str(row["day"] or ""), row["name"]), reverse=True)


def shown(ctx: Context, name: str) -> list[dict[str, Any]]:
    """The history as the page of an installed product shows it."""
    return [
        {
            **row,
            "kind": ctx._(row["doctype"]),
            "about": ctx._(row["about"] or ""),
            "state": ctx._(row["state"] or ""),
            "parts": ", ".join(row["parts"]),
        }
        for row in history(ctx, name)
    ]


def _chain(ctx: Context, serial_no: str) -> list[str]:
    """The serial number and those before it."""
    chain = [str(ctx.store.get(INSTALLED, serial_no).name)]
    while before := ctx.store.list(INSTALLED, filters={"replaced_by": chain[-1], "name": ["not in", chain]}, limit=1):
        chain.append(str(before[0]["name"]))
    return chain


def _of(ctx: Context, doctype: str, serial_no: str) -> list[dict[str, Any]]:
    day, about, state, who = SOURCES[doctype]
    rows = ctx.store.list(
        doctype,
        fields=["name", day, *about, state, who],
        filters={"installed_product": serial_no, "docstatus": ["<", 2]},
        order_by="creation desc",
        limit=MOST,
    )
    return [
        {
            "doctype": doctype,
            "serial_no": serial_no,
            "name": row["name"],
            "day": row[day],
            "about": next((row[one] for one in about if row[one]), None),
            "state": row[state],
            "who": row[who],
            "parts": _parts(ctx, doctype, row["name"]),
        }
        for row in rows
    ]


def _parts(ctx: Context, doctype: str, name: str) -> list[str]:
    if doctype != "Repair Order":
        return []
    return [row.description for row in ctx.store.get(doctype, name)["items"] if row.item_type == "Part"]
