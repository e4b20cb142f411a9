"""A button that is pressed twice, in two windows, or again after a lost answer, makes one document."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from crm_platform.doctypes.selling.making import make_next
from crm_platform.doctypes.selling.steps import STEPS
from support.sabotage import defended_by
from support.selling import Trade


@defended_by("crm_platform.doctypes.selling.making:_draft_of", replace_with=lambda *_: None)
def test_I09_a_button_pressed_twice_makes_one_document(trade: Trade) -> None:
    order = trade.order(trade.customer(), {"product": trade.product(), "qty": 2})
    site = trade.crm.site

    def press(user: str) -> str:
        work = lambda ctx: make_next(site.access.as_user(ctx, user), STEPS["delivery_note"], order)  # noqa: E731
        return site.runtime.write(work)["name"]

    with ThreadPoolExecutor(2) as pool:
        at_once = set(pool.map(press, [trade.sales.email, trade.manager.email]))
    again = trade.sales.call("crm.make_delivery_note", name=order)["name"]
    assert at_once == {again}
    where = [["Delivery Note Item", "against_sales_order", "=", order]]
    assert [one["name"] for one in trade.sales.list("Delivery Note", filters=where)] == [again]
