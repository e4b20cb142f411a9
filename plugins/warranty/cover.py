"""Whether an installed product is covered: by date, usage and component, with the reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_platform.pack import Context, Document

INSTALLED = "Installed Product"


@dataclass(frozen=True)
class Verdict:
    """An answer and its reason: a sentence with placeholders, to be told in the reader's language."""

    covered: bool
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """What covers a product or one of its components: from `starts` to `ends` (both included), up to `limit` of usage
    (0: any), unless it is `excluded`."""

    starts: date
    ends: date | None
    limit: float = 0
    excluded: bool = False


def judge(term: Term, day: date, usage: float = 0) -> Verdict:
    """Whether `term` covers a fault of a `day`, at a reading of `usage`."""
    if term.excluded:
        return Verdict(False, "{component} is excluded by the warranty terms.")
    if term.ends is None:
        return Verdict(False, "No warranty is entered for {serial_no}.")
    if day < term.starts:
        return Verdict(False, "The warranty begins on {day}.", {"day": term.starts.isoformat()})
    if day > term.ends:
        return Verdict(False, "The warranty ended on {day}.", {"day": term.ends.isoformat()})
    if term.limit and usage > term.limit:
        return Verdict(False, "The reading {usage} is over the limit of {limit} {unit}.", {"limit": f"{term.limit:g}"})
    if term.limit:
        known = {"day": term.ends.isoformat(), "limit": f"{term.limit:g}"}
        return Verdict(True, "Covered until {day} or {limit} {unit}, whichever comes first.", known)
    return Verdict(True, "Covered until {day}.", {"day": term.ends.isoformat()})


def extended(term: Term, extensions: Sequence[tuple[date, float]]) -> Term:
    """`term` with the latest day and the highest limit that any extension gives."""
    if term.excluded or term.ends is None:
        return term
    ends = max([term.ends, *(until for until, _ in extensions)])
    limit = max([term.limit, *(limit for _, limit in extensions)]) if term.limit else 0
    return Term(term.starts, ends, limit)


def term_of(product: Document, component: str = "") -> Term:
    """What covers the product, or a component that has terms of its own."""
    starts = product.warranty_starts or product.delivered_on
    term = Term(starts, product.warranty_expiry_date, product.usage_limit or 0)
    row = next((row for row in product.components if component and row.component == component), None)
    if row is not None:
        term = Term(starts, row.expiry_date or term.ends, row.usage_limit or term.limit, excluded=not row.is_covered)
    fitting = [row for row in product.extensions if not row.component or row.component == component]
    return extended(term, [(row.until, row.usage_limit or 0) for row in fitting])


def cover(ctx: Context, product: Document, day: date, usage: float | None, component: str) -> dict[str, Any]:
    """`covered`, the `status` as ERPNext's warranty_amc_status has it, the `reason` in words, and the `contract`."""
    reading = product.usage if usage is None else usage
    verdict = judge(term_of(product, component), day, reading or 0)
    words = {
        "serial_no": product.serial_no,
        "component": component,
        "usage": f"{reading or 0:g}",
        "unit": ctx._(product.usage_unit or ""),
    }
    reason = ctx._(verdict.reason, **{**words, **verdict.params})
    contract = "" if verdict.covered else contract_of(ctx, product.serial_no, day)
    if contract:
        reason = ctx._("{reason} The service contract {contract} covers it.", reason=reason, contract=contract)
    status = "Under Warranty" if verdict.covered else "Under AMC" if contract else "Out of Warranty"
    return {"covered": verdict.covered or bool(contract), "status": status, "reason": reason, "contract": contract}


def contract_of(ctx: Context, serial_no: str, day: date) -> str:
    """The service contract that covers a product on a day, "" without one; whoever serves it need not see contracts."""
    filters = [
        ["docstatus", "=", 1],
        ["is_service_contract", "=", 1],
        ["service_products.installed_product", "=", serial_no],
        ["start_date", "<=", day.isoformat()],
        ["status", "=", "Active"],
    ]
    rows = ctx.as_system().store.list("Contract", fields=["name", "end_date"], filters=filters, limit=10)
    return next((row["name"] for row in rows if not row["end_date"] or row["end_date"] >= day), "")


def check_cover(
    ctx: Context, serial_no: str, day: str = "", usage: float | None = None, component: str = ""
) -> dict[str, Any]:
    """Whether a serial number is covered on a `day` (ISO, default today), at a reading of `usage`, for a component."""
    product = ctx.store.get(INSTALLED, serial_no)
    return cover(ctx, product, date.fromisoformat(day or ctx.today()), usage, component)


def show_cover(ctx: Context, name: str) -> dict[str, str]:
    """The button on an installed product."""
    return {"message": check_cover(ctx, name)["reason"]}
