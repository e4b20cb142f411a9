"""Draft, submitted, cancelled: the moves that are open, what may still change, and amending."""

from __future__ import annotations

import pytest

from crm_platform.errors import (
    CancelledLinkError,
    DocstatusTransitionError,
    LinkValidationError,
    PermissionError,
    UpdateAfterSubmitError,
    ValidationError,
)
from crm_platform.testing import TestSite

FIELDS = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "remark", "fieldtype": "Data", "label": "Remark", "allow_on_submit": 1},
    {"fieldname": "rows", "fieldtype": "Table", "label": "Rows", "options": "Order Row"},
)


@pytest.fixture
def orders(site: TestSite) -> TestSite:
    site.doctype("Order Row", {"fieldname": "qty", "fieldtype": "Int", "label": "Qty"}, istable=1, permissions=[])
    site.doctype("Order", *FIELDS, is_submittable=1, autoname="BO-.#####")
    return site


def test_submit_change_cancel_amend(orders: TestSite) -> None:
    name = orders.insert("Order", title="A", rows=[{"qty": 1}]).name
    assert orders.write(lambda ctx: ctx.store.submit("Order", name)).docstatus == 1
    assert orders.update("Order", name, remark="ok").remark == "ok"
    with pytest.raises(UpdateAfterSubmitError) as refused:
        orders.update("Order", name, title="B")
    assert [e.field for e in refused.value.errors] == ["title"]
    with pytest.raises(UpdateAfterSubmitError):
        orders.update("Order", name, rows=[])
    with pytest.raises(ValidationError, match="Cancel it first"):
        orders.write(lambda ctx: ctx.store.delete("Order", name))
    cancelled = orders.write(lambda ctx: ctx.store.cancel("Order", name))
    assert (cancelled.docstatus, cancelled.rows[0].docstatus) == (2, 2)
    first = orders.insert("Order", title="A2", amended_from=name)
    assert first.name == "BO-00001-1"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ((2,), DocstatusTransitionError),
        ((1, 0), DocstatusTransitionError),
        ((1, 2, 2), ValidationError),
        ((1, 2, 0), ValidationError),
    ],
)
def test_no_other_move(orders: TestSite, path: tuple[int, ...], error: type[Exception]) -> None:
    name = orders.insert("Order", title="A").name
    *open_moves, last = path
    for status in open_moves:
        orders.update("Order", name, docstatus=status)
    with pytest.raises(error):
        orders.update("Order", name, docstatus=last)


def test_what_is_not_submittable_is_never_submitted(site: TestSite) -> None:
    site.doctype("Plain", {"fieldname": "title", "fieldtype": "Data", "label": "T"})
    for status in (1, 2):
        with pytest.raises(DocstatusTransitionError):
            site.insert("Plain", docstatus=status)


def test_submitting_needs_its_right(orders: TestSite) -> None:
    role = orders.role("Clerk")
    orders.insert("Custom DocPerm", parent="Order", role=role, read=1, write=1, create=1)
    clerk = orders.user("clerk@example.com", role)
    name = orders.insert("Order", clerk, title="A").name
    with pytest.raises(PermissionError, match="submit"):
        orders.write(lambda ctx: ctx.store.submit("Order", name), clerk)
    assert orders.get("Order", name, clerk).docstatus == 0


def test_a_cancelled_document_is_not_linked_again(orders: TestSite) -> None:
    orders.doctype("Note To", {"fieldname": "order", "fieldtype": "Link", "options": "Order", "label": "Order"})
    name = orders.insert("Order", docstatus=1).name
    orders.insert("Note To", order=name)
    orders.write(lambda ctx: ctx.store.cancel("Order", name))
    with pytest.raises(CancelledLinkError):
        orders.insert("Note To", order=name)


def test_what_belongs_to_a_cancelled_document_is_still_added(orders: TestSite) -> None:
    name = orders.insert("Order", docstatus=1).name
    orders.write(lambda ctx: ctx.store.cancel("Order", name))
    about = {"reference_doctype": "Order", "reference_name": name}
    assert orders.insert("Comment", comment_type="Comment", content="为何取消", **about).reference_name == name
    with pytest.raises(LinkValidationError):
        orders.insert("Comment", comment_type="Comment", content="x", **{**about, "reference_name": "BO-99999"})
