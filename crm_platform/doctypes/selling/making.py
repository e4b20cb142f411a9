"""One document leads to the next: a draft of it with what is left of the items, linked back; made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.selling.discounts import share
from crm_platform.doctypes.selling.limits import HELD, LIMITS, Limit, allowed, exact, taken
from crm_platform.pack import Context, Document, ValidationError, writes

DRAFT, SUBMITTED = 0, 1
DISCOUNT = "additional_discount_amount"
Values = dict[str, Any]


def nothing_more(ctx: Context, source: Document, values: Values) -> None:
    """What was carried over is all."""


@dataclass(frozen=True)
class Step:
    """From one DocType to the next.

    `fields` and `rows` name what is carried over under another name, or anew: field of the target → field of the
    source ("name" is its name). All fields of the same name are carried besides, unless marked `no_copy` or computed.
    `link` is the target's own field that names the source, for steps without rows to count. `sign` is -1 where things
    come back. `finish` completes the values. `tables` are carried besides the items.
    """

    source: str
    target: str
    fields: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    sign: int = 1
    tables: tuple[str, ...] = ("taxes", "sales_team")
    from_draft: bool = False
    finish: Callable[[Context, Document, Values], None] = nothing_more

    @property
    def limit(self) -> Limit | None:
        """What says how much of each row is left; None where any number may be made of it."""
        return next((one for one in LIMITS.get(self.target, ()) if one.source == self.source), None)


def method(step: Step) -> Callable[..., dict[str, str]]:
    """The API method of a step: function(ctx, name of the source) → {doctype, name} of the draft."""

    @writes
    def make(ctx: Context, name: str) -> dict[str, str]:
        return make_next(ctx, step, name)

    return make


def make_next(ctx: Context, step: Step, name: str) -> dict[str, str]:
    """The draft that follows the document `name`: the one that is there already, else a new one.

    Raises DoesNotExistError, PermissionError, and ValidationError when the source is not ready or nothing is left.
    """
    source = ctx.store.get(step.source, name, for_update=True)
    _check_ready(step, source)
    made = _draft_of(ctx, step, source) or _new(ctx, step, source)
    return {"doctype": step.target, "name": made}


def _check_ready(step: Step, source: Document) -> None:
    params = {"doctype": source.doctype, "name": source.name}
    if not step.from_draft and source.docstatus != SUBMITTED:
        raise ValidationError("{doctype} {name} is not submitted. Submit it first.", **params)
    if source.get("workflow_state") in HELD:
        raise ValidationError("{doctype} {name} is stopped or on hold. Open it again first.", **params)


def _draft_of(ctx: Context, step: Step, source: Document) -> str | None:
    """The draft that was made of the source before and is not submitted yet: a second click finds it."""
    where: list[list[Any]] = [[step.target, "docstatus", "=", DRAFT]]
    if step.link:
        where.append([step.target, step.link, "=", source.name])
    else:
        link = next(target for target, origin in step.rows.items() if origin == "parent")
        where.append([f"{step.target} Item", link, "=", source.name])
        where += [[step.target, name, "=", value] for name, value in step.fixed.items()]
    found = ctx.store.list(step.target, filters=where, order_by="creation", limit=1)
    return str(found[0]["name"]) if found else None


def _new(ctx: Context, step: Step, source: Document) -> str:
    values: Values = {
        **carried(ctx, source, step.target),
        **{target: source[origin] for target, origin in step.fields.items()},
        **step.fixed,
    }
    parts = [(row, quantity) for row in source.get("items", ()) if (quantity := _left(ctx, step, source, row)) > 0]
    values["items"] = [_row(ctx, step, row, quantity) for row, quantity in parts]
    if values.get(DISCOUNT):
        found = (share(ctx, source, row, step.target, step.limit, quantity) for row, quantity in parts)
        values[DISCOUNT] = sum(found, Decimal(0))
    for table in step.tables:
        _carry_table(ctx, step, source, table, values)
    step.finish(ctx, source, values)
    if not values["items"] and ctx.definitions[step.target].by_name["items"].reqd:
        params = {"doctype": source.doctype, "name": source.name, "target": step.target}
        raise ValidationError("Nothing of {doctype} {name} is left for another {target}.", **params)
    return insert(ctx, step.target, values)


def insert(ctx: Context, doctype: str, values: Values) -> str:
    """Insert a document whose values are ours, not a client's: read-only links among them. Its name."""
    doc = ctx.store.new(doctype)
    for fieldname, value in values.items():
        doc[fieldname] = value
    return str(ctx.store.insert(doc).name)


def carried(ctx: Context, source: Document, target: str) -> Values:
    """The values of the fields that both DocTypes have and that a copy takes along."""
    there = ctx.definitions[target].by_name
    return {
        f.fieldname: source[f.fieldname]
        for f in source.meta.data_fields
        if f.fieldname in there
        and _goes_along(f)
        and _goes_along(there[f.fieldname])
        and source[f.fieldname] is not None
    }


def _goes_along(one: Any) -> bool:
    computed = one.properties.get("formula") or one.properties.get("rollup")
    fetched = one.read_only and one.fetch_from
    return not (one.no_copy or computed or fetched or one.fieldtype == "Password")


def _carry_table(ctx: Context, step: Step, source: Document, table: str, values: Values) -> None:
    field_here, field_there = source.meta.field(table), ctx.definitions[step.target].field(table)
    if field_here is not None and field_there is not None and source[table]:
        rows = [row for row in source[table] if table != "taxes" or not _was_charged(ctx, step, source, row)]
        values[table] = [carried(ctx, row, field_there.options) for row in rows]


def _was_charged(ctx: Context, step: Step, source: Document, tax: Document) -> bool:
    """Whether a fixed amount (freight) stands in an earlier document: of several parts the first one has it."""
    limit = step.limit
    if limit is None or limit.per_period or tax.charge_type != "Actual":
        return False
    return any(taken(ctx, step.target, limit, row.name) for row in source["items"])


def _row(ctx: Context, step: Step, row: Document, quantity: float) -> Values:
    return {
        **carried(ctx, row, f"{step.target} Item"),
        **{target: row[origin] for target, origin in step.rows.items()},
        "qty": step.sign * quantity,
    }


def _left(ctx: Context, step: Step, source: Document, row: Document) -> float:
    """How many of a row go into the next document: what is left, at most as many as the row has."""
    if step.limit is None:
        return float(row.qty)
    left = allowed(source, row, step.limit) - taken(ctx, step.target, step.limit, row.name, negative=step.sign < 0)
    return float(min(left, exact(row.qty)))
