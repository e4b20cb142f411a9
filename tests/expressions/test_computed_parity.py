"""A form shows, while somebody types, the computed values that the server stores."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from crm_platform.desk.meta import meta
from crm_platform.documents.faults import Faults
from crm_platform.documents.prepare import prepare
from crm_platform.documents.wire import to_wire
from crm_platform.testing import TestSite
from support.node import library, run_typescript

DOCUMENTS = 600
COMPUTER = Path(__file__).with_name("compute_all.ts")


def field(fieldname: str, fieldtype: str, **properties: Any) -> dict[str, Any]:
    return {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title(), **properties}


ROW = (
    field("qty", "Float"),
    field("rate", "Currency"),
    field("kind", "Data"),
    field("day", "Date"),
    field("amount", "Currency", formula="doc.qty * doc.rate * (1 + parent.margin / 100)", precision="2"),
    field("share", "Percent", formula="doc.amount / parent.budget * 100"),
    field("late", "Check", formula="doc.day < parent.due"),
)
DOCUMENT = (
    field("due", "Date"),
    field("budget", "Currency"),
    field("extra", "Float"),
    field("title", "Data"),
    field("gross", "Currency", formula="(doc.total + doc.extra) * 1.19"),
    field("total", "Currency", formula="sum(items.amount)"),
    field("margin", "Percent", formula="doc.budget > 100 ? 12.5 : doc.extra"),
    field("whole", "Int", formula="doc.gross / 3"),
    field("half", "Float", formula="doc.gross / 7", precision="3"),
    field("shown", "Data", formula="concat(doc.title, ' ', doc.whole)"),
    field("bare", "Data", formula="doc.extra / 8"),
    field("next", "Date", formula="add_days(doc.due, doc.many)"),
    field("many", "Int", rollup={"function": "count", "table": "items", "filter": "doc.kind == '甲'"}),
    field("dearest", "Currency", rollup={"function": "max", "field": "rate", "table": "items"}),
    field("mean", "Float", rollup={"function": "avg", "field": "qty", "table": "items", "filter": "doc.late"}),
    field("first", "Date", rollup={"function": "min", "field": "day", "table": "items"}),
    field("items", "Table", options="Parity Item"),
)


def random_document(rng: Random) -> dict[str, Any]:
    def number(limit: int) -> Any:
        return rng.choice((None, 0, rng.randint(-limit, limit), round(rng.uniform(-limit, limit), rng.randint(0, 6))))

    def day() -> Any:
        return rng.choice((None, f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"))

    def row() -> dict[str, Any]:
        return {"qty": number(90), "rate": number(5000), "kind": rng.choice(("甲", "乙", "", None)), "day": day()}

    rows = [row() for _ in range(rng.randint(0, 5))]
    return {
        "due": day(),
        "budget": number(400),
        "extra": number(30),
        "title": rng.choice((None, "询价")),
        "items": rows,
    }


def test_the_form_computes_what_the_server_stores(sqlite_site: TestSite, tmp_path: Path) -> None:
    sqlite_site.doctype("Parity Item", *ROW, istable=1, permissions=[])
    sqlite_site.doctype("Parity", *DOCUMENT)
    rng = Random(20261122)

    def on_server(ctx: Any) -> tuple[Any, list[Any], list[Any]]:
        sent, stored = [], []
        for _ in range(DOCUMENTS):
            values, faults = random_document(rng), Faults()
            doc = ctx.store.new("Parity", values)
            prepare(ctx, doc, faults)
            assert faults.found == []
            sent.append(values)
            stored.append(to_wire(ctx, doc, nulls=True))
        return meta(ctx, "Parity"), sent, stored

    shown, sent, stored = sqlite_site.read(on_server)
    data = {"meta": shown, "now": "2026-11-22 09:00:00", "docs": sent}
    browser = run_typescript(COMPUTER, "computeAll", data, {"decimal.js": library("decimal.js", tmp_path)})
    steps = [(step["table"], step["fieldname"]) for step in shown["computed"]]
    assert len(steps) == 15
    assert [values_of(doc, steps) for doc in browser] == [values_of(doc, steps) for doc in stored]


def values_of(doc: dict[str, Any], steps: list[tuple[str, str]]) -> dict[str, Any]:
    own = {name: doc.get(name) for table, name in steps if not table}
    rows = {(table, name): [row.get(name) for row in doc[table]] for table, name in steps if table}
    return {**own, **{f"{table}.{name}": values for (table, name), values in rows.items()}}


def test_a_form_gets_no_formula_over_what_its_reader_may_not_see(sqlite_site: TestSite) -> None:
    hidden = field("cost", "Currency", permlevel=1)
    seen = field("price", "Currency", formula="doc.cost * 2")
    rights = [{"role": "Sales User", "read": 1, "write": 1, "create": 1}]
    open_one = field("double", "Int", formula="doc.size * 2")
    sqlite_site.doctype("Levelled", hidden, seen, field("size", "Int"), open_one, permissions=rights)
    user = sqlite_site.user("clerk@example.com", "Sales User")
    shown = sqlite_site.read(lambda ctx: meta(ctx, "Levelled"), user)
    assert [step["fieldname"] for step in shown["computed"]] == ["double"]
