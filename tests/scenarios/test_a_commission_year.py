"""A commission year: shared sales, tiers, a return, a cancelled invoice, a late one; closed months keep their cents."""

from __future__ import annotations

from decimal import Decimal

from support.commission import lines, sales_force
from support.selling import Trade

D = Decimal


def test_a_commission_year(trade: Trade) -> None:  # noqa: PLR0915 one story
    force = sales_force(trade)
    wang, li = force.persons
    force.plan(
        {"product_group": force.group, "from_amount": 0, "to_amount": 10000, "rate": 5},
        {"product_group": force.group, "from_amount": 10000, "rate": 8},
        {"from_amount": 0, "rate": 3},
    )

    # January: a machine is sold by both, some work by one of them alone.
    machine = force.invoice("2025-01-10", 9999.99, [(wang, 60), (li, 40)], force.machine)
    work = force.invoice("2025-01-20", 333.33, (), sales_person=wang)
    january = force.close(wang, "2025-01-01", "2025-01-31")
    assert lines(january) == [
        ("Credit", D("5999.99"), D(5), D("300.00")),
        ("Credit", D("333.33"), D(3), D("10.00")),
    ]
    first = january["lines"][0]
    assert (first["document_name"], first["document_amount"], first["allocated_percentage"]) == (machine, 9999.99, 60)
    assert first["calculation"] == "5999.99 × 5 % = 299.9995 → 300"
    assert (january["status"], january["total_commission"]) == ("Closed", 310)

    # February: the next tier is reached in the middle of an invoice, the work is cancelled.
    second = force.invoice("2025-02-03", 8000, [(wang, 100)], force.machine)
    trade.accounts.change("Sales Invoice", work, docstatus=2)
    february = force.close(wang, "2025-02-01", "2025-02-28")
    assert lines(february) == [
        ("Credit", D("4000.01"), D(5), D("200.00")),
        ("Credit", D("3999.99"), D(8), D("320.00")),
        ("Cancellation", D("-333.33"), D(3), D("-10.00")),
    ]
    assert {row["document_name"] for row in february["lines"]} == {second, work}
    assert february["total_clawed_back"] == -10

    # March: the machine of January comes back; an invoice of January is written late.
    force.credit(machine, "2025-03-15")
    late = force.invoice("2025-01-31", 100, (), sales_person=wang)
    march = force.close(wang, "2025-03-01", "2025-03-31")
    assert lines(march) == [
        ("Credit", D("100"), D(3), D("3.00")),
        ("Return", D("-3999.99"), D(8), D("-320.00")),
        ("Return", D("-2000.00"), D(5), D("-100.00")),
    ]
    assert march["lines"][0]["document_name"] == late

    # The other one of the team is stated by himself, for all months at once.
    whole = force.close(li, "2025-01-01", "2025-12-31")
    assert lines(whole) == [("Credit", D("4000.00"), D(5), D("200.00")), ("Return", D("-4000.00"), D(5), D("-200.00"))]

    # Whoever runs a closed month again gets the same cents, whatever happened since.
    for month in (january, february, march, whole):
        answer = force.again(month["name"])
        assert answer["same"], answer
    year = sum(D(str(month["total_commission"])) for month in (january, february, march))
    assert year == D("8000") * 5 / 100 + D("100") * 3 / 100 == D("403")

    # Closed is closed.
    refused = trade.manager.refused_new(
        "Commission Statement", sales_person=wang, from_date="2025-03-31", to_date="2025-04-30"
    )
    assert "has closed the time until 2025-03-31" in refused
    assert "was made from" in trade.manager.refused_change("Commission Statement", january["name"], docstatus=2)
