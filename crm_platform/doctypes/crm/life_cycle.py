"""The stages of a customer: their history, the tasks that each brings, and the moves that deals and complaints make."""

from __future__ import annotations

from datetime import timedelta

from crm_platform.pack import Context, Document

STAGE = "Life Cycle Stage"


def remember_stage(ctx: Context, doc: Document) -> None:
    """Write down that a customer changes its stage."""
    if not doc.has_changed("life_cycle_stage"):
        return
    before = doc.before.life_cycle_stage if doc.before else None
    change = {"from_stage": before, "to_stage": doc.life_cycle_stage, "changed_on": ctx.now(), "changed_by": ctx.user}
    doc.append("stage_history", change)
    doc.stage_since = ctx.now()


def bring_tasks(ctx: Context, doc: Document) -> None:
    """Give the account manager the tasks of the stage that the customer has entered."""
    if not doc.life_cycle_stage or not doc.has_changed("life_cycle_stage"):
        return
    store = ctx.as_system().store
    tasks = []
    for row in store.get(STAGE, doc.life_cycle_stage).tasks:
        values = {
            "subject": ctx._("{task}: {customer}", task=ctx._(row.subject), customer=doc.customer_name),
            "priority": row.priority,
            "assigned_to": doc.account_manager or ctx.user,
            "due_date": ctx.now() + timedelta(days=row.days_after),
            "description": row.description,
            "reference_doctype": "Customer",
            "reference_docname": doc.name,
        }
        task = store.new("Task", values)
        task.life_cycle_stage = doc.life_cycle_stage
        tasks.append(task)
    if tasks:
        store.insert_many(tasks)


def deal_won(ctx: Context, doc: Document) -> None:
    """A won opportunity takes its customer further."""
    if doc.customer and doc.stage_type == "Won" and doc.has_changed("stage_type"):
        _move(ctx, doc.customer, "stage_when_won")


def complaint_came(ctx: Context, doc: Document) -> None:
    """A complaint does, too."""
    if doc.customer and doc.request_type == "Complaint":
        _move(ctx, doc.customer, "stage_when_complaint")


def first_stage(ctx: Context) -> str | None:
    """The stage of customers that were made of a lead."""
    found = ctx.as_system().store.list(STAGE, filters={"is_first": 1}, order_by="position", limit=1)
    return str(found[0]["name"]) if found else None


def _move(ctx: Context, customer: str, occasion: str) -> None:
    """Whoever wins a deal or takes a complaint moves the customer, also without a right to write customers.

    A customer without a stage takes no part in the programme and stays out of it.
    """
    store = ctx.as_system().store
    reached = store.list("Customer", fields=[f"life_cycle_stage.{occasion} as following"], filters={"name": customer})
    if reached and reached[0]["following"]:
        store.update("Customer", customer, {"life_cycle_stage": reached[0]["following"]})
