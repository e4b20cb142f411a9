"""The value class of a customer, from figures: the first class whose condition holds, now and every night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from crm_platform.pack import (
    Context,
    Document,
    ExpressionError,
    FieldError,
    ValidationError,
    compile_expression,
    enqueue,
    expression_scope,
    task,
)

CLASS = "Customer Value Class"
PAGE = 500
"""Customers of one job; the next page is another one."""

MOST = 100
"""Classes that a customer can be in."""

USUAL = (
    ("Dormant", "not doc.bank_last_transaction or date_diff(today(), doc.bank_last_transaction) > 365", "Basic"),
    ("High Value", "doc.bank_balance >= 1000000", "Private"),
    ("Valuable", "doc.bank_balance >= 100000", "Preferred"),
    ("Low Value", "doc.bank_balance < 100000", "Standard"),
)
"""Class, condition and level of service that a site begins with; from then on they are the site's own."""


def begin(ctx: Context) -> None:
    """Make the usual classes on a site that has none."""
    if ctx.store.count(CLASS):
        return
    for number, (name, condition, level) in enumerate(USUAL, start=1):
        values = {"class_name": name, "kind": name, "priority": number * 10, "condition": condition}
        ctx.store.insert(ctx.store.new(CLASS, {**values, "service_level": level}))


def check_class(ctx: Context, doc: Document) -> None:
    """Refuse a condition that cannot be read, and let the customers be classified again."""
    try:
        compile_expression(doc.condition)
    except ExpressionError as error:
        raise ValidationError("The condition cannot be read.", errors=[FieldError("condition", str(error))]) from error


def classes_changed(ctx: Context, doc: Document) -> None:
    enqueue(ctx, classify_page, {})


def account_changed(ctx: Context, doc: Document) -> None:
    """The customer of an account is classified after the transaction, when the figures are what they will be."""
    enqueue(ctx, classify, {"customer": doc.customer})


def every_night(ctx: Context) -> None:
    """Days without a transaction pass without anybody saving anything."""
    enqueue(ctx, classify_page, {})


@task("banking:classify_page")
def classify_page(ctx: Context, cursor: str = "") -> None:
    """Classify a page of the customers with accounts, then the next one."""
    where = {"cursor": cursor} if cursor else {}
    rows, following = ctx.as_system().store.page(
        "Customer", fields=["name"], filters=[["bank_accounts", ">", 0]], order_by="name asc", limit=PAGE, **where
    )
    for row in rows:
        _classify(ctx, row["name"])
    if following:
        enqueue(ctx, classify_page, {"cursor": following})


@task("banking:classify")
def classify(ctx: Context, customer: str) -> None:
    """Classify one customer."""
    if ctx.as_system().store.exists("Customer", customer):
        _classify(ctx, customer)


def _classify(ctx: Context, name: str) -> None:
    store = ctx.as_system().store
    customer = store.get("Customer", name, for_update=True)
    classes = store.list(CLASS, fields=["name", "condition"], order_by="priority asc, name asc", limit=MOST)
    found = class_of(classes, expression_scope(ctx, customer)) if customer.bank_accounts else None
    if found != (customer.bank_value_class or None):
        customer.bank_value_class = found
        customer.bank_class_since = date.fromisoformat(ctx.today()) if found else None
        store.save(customer)


def class_of(classes: Sequence[Mapping[str, str]], scope: dict[str, object]) -> str | None:
    """The first class whose condition holds; a condition that these figures do not fit is not met."""
    for row in classes:
        try:
            if compile_expression(row["condition"]).holds(scope):
                return row["name"]
        except ExpressionError:
            continue
    return None
