"""What happens to loans: defaults, checks, who sees which, and what enabling and disabling need."""

from __future__ import annotations

from crm_platform.pack import (
    EVERYTHING,
    Compare,
    Condition,
    Context,
    Document,
    FieldError,
    ValidationError,
)

FIRST_SHELF = "一号架"


def put_on_shelf(ctx: Context, doc: Document) -> None:
    doc.shelf = doc.shelf or FIRST_SHELF


def check_due_date(ctx: Context, doc: Document) -> None:
    if doc.due_date and doc.lent_on and doc.due_date < doc.lent_on:
        raise ValidationError(
            "A loan cannot end before it begins.", errors=[FieldError("due_date", "Ends before it begins.")]
        )


def keep_what_is_lent(ctx: Context, doc: Document) -> None:
    """Whatever its DocType: a thing that somebody has is not deleted."""
    system = ctx.as_system()
    if system.store.count("Loan", filters={"item": doc["name"], "workflow_state": "Out"}):
        raise ValidationError("{name} is lent. Delete it after its return.", name=doc["name"])


def clerks_see_all(ctx: Context, action: str) -> Condition:
    return EVERYTHING if "Loan Clerk" in ctx.roles else Compare(("workflow_state",), "!=", "Returned")


def mark_overdue(ctx: Context) -> None:
    late = {"workflow_state": "Out", "due_date": ["<", ctx.today()], "overdue": 0}
    for row in ctx.store.list("Loan", fields=("name",), filters=late, limit=None):
        ctx.store.update("Loan", row["name"], {"overdue": 1})


def make_first_shelf(ctx: Context) -> None:
    if not ctx.store.exists("Loan Shelf", FIRST_SHELF):
        ctx.store.insert(ctx.store.new("Loan Shelf", {"shelf_name": FIRST_SHELF}))


def refuse_while_lent(ctx: Context) -> None:
    count = ctx.store.count("Loan", filters={"workflow_state": "Out"})
    if count:
        raise ValidationError("{count} things are still lent. Take them back first.", count=count)
