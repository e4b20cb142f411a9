"""The API methods of the pack: one that reads, one that writes, one open to guests."""

from __future__ import annotations

from crm_platform.pack import Context, guest, writes


def open_loans(ctx: Context, customer: str) -> int:
    """How many loans of a customer are out."""
    return int(ctx.store.count("Loan", filters={"customer": customer, "workflow_state": "Out"}))


@writes
def extend(ctx: Context, name: str, due_date: str) -> str:
    """Give a loan another due date."""
    return str(ctx.store.update("Loan", name, {"due_date": due_date}).due_date)


@guest
def opening_hours(ctx: Context) -> str:
    return ctx._("Monday to Friday")
