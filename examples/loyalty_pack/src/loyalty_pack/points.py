"""Points of a customer: each entry changes the balance, and nobody redeems more than there is."""

from __future__ import annotations

from crm_platform.pack import Context, Document, FieldError, ValidationError, writes


def check_points(ctx: Context, doc: Document) -> None:
    """Entries are never changed afterwards: a wrong one is deleted, and the balance with it."""
    if not doc.points:
        raise ValidationError("Enter the points.", errors=[FieldError("points", "Enter the points.", "MandatoryError")])
    if doc.before is not None and (doc.points, doc.customer) != (doc.before.points, doc.before.customer):
        raise ValidationError("Points of an entry cannot be changed. Delete it and enter it again.")


def add_to_balance(ctx: Context, doc: Document) -> None:
    _change(ctx, doc.customer, doc.points)


def take_from_balance(ctx: Context, doc: Document) -> None:
    _change(ctx, doc.customer, -doc.points)


def _change(ctx: Context, customer: str, points: int) -> None:
    """Whoever may enter points changes the balance, also without a right to write customers."""
    store = ctx.as_system().store
    balance = int(store.get("Customer", customer, for_update=True).loyalty_points or 0) + points
    if balance < 0:
        raise ValidationError("{customer} has only {points} points.", customer=customer, points=balance - points)
    store.update("Customer", customer, {"loyalty_points": balance})


def balance(ctx: Context, customer: str) -> int:
    """The points of a customer whom the caller may read."""
    return int(ctx.store.get("Customer", customer).loyalty_points or 0)


@writes
def redeem(ctx: Context, customer: str, points: int, reason: str = "") -> int:
    """Take `points` from a customer's balance and return what is left."""
    if points <= 0:
        raise ValidationError("Points to redeem must be more than 0.", errors=[FieldError("points", "More than 0.")])
    values = {"customer": customer, "points": -points, "reason": reason or ctx._("Redeemed")}
    ctx.store.insert(ctx.store.new("Loyalty Entry", values))
    return balance(ctx, customer)
