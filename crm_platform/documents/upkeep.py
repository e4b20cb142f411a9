"""Roll-ups follow their sources: what changed in rows becomes differences in the documents they link to.

Counts and sums are added in the database. The smallest and largest value is compared under the lock of the target's
row and looked up only when it leaves. What a target's change alters in turn (its formulas, roll-ups over it) follows in
waves, the documents of a wave always in the same order. A target's `modified` stays: nobody's open form is outdated by
it, no event runs and no version is written; the versions of the sources tell how a value came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from crm_platform.database.adding import add_to_row, hold_children, hold_row
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.document import Document
from crm_platform.documents.faults import Faults
from crm_platform.documents.feeds import Feed, Values, feeds_of
from crm_platform.documents.formulas import kept_up, run
from crm_platform.documents.gathering import better, extreme, too_large
from crm_platform.documents.steps import Step, Steps, steps_of
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.computed import is_computed
from crm_platform.metadata.model import DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


class Change(NamedTuple):
    """One row of a DocType before and after; None where there is none."""

    meta: DocType
    before: Values | None
    after: Values | None


@dataclass
class _Effect:
    """What the changes of a wave mean for one target document."""

    amounts: dict[str, int | Decimal] = field(default_factory=dict)
    arrived: dict[Feed, list[Any]] = field(default_factory=dict)
    left: dict[Feed, list[Any]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (any(self.amounts.values()) or self.arrived or self.left)


_Effects = dict[tuple[str, str], _Effect]


def inserted(ctx: Context, docs: Sequence[Document]) -> None:
    """New documents of one DocType were written with their rows."""
    feeds = feeds_of(ctx.definitions)
    if docs and any(meta in feeds for meta in (docs[0].doctype, *(t.options for t in docs[0].meta.table_fields))):
        keep_up(ctx, [Change(part.meta, None, part) for doc in docs for part in _parts(doc)])


def updated(ctx: Context, doc: Document) -> None:
    """A stored document was written with its rows."""
    if not feeds_of(ctx.definitions) or doc.before is None:
        return
    changes = [Change(doc.meta, doc.before, doc)]
    for table in doc.meta.table_fields:
        kept = {row["name"] for row in doc[table.fieldname]}
        changes += [Change(row.meta, row.before, row) for row in doc[table.fieldname]]
        gone = (row for row in doc.before[table.fieldname] if row["name"] not in kept)
        changes += [Change(row.meta, row, None) for row in gone]
    keep_up(ctx, changes)


def _parts(doc: Document) -> Iterable[Document]:
    return (doc, *(row for _, row in doc.children()))


def keep_up(ctx: Context, changes: Iterable[Change]) -> None:
    """Bring everything that is gathered from these rows up to date, wave by wave.

    Raises ValidationError when a roll-up would become too large or a formula over it cannot be computed.
    """
    feeds = feeds_of(ctx.definitions)
    effects = _effects(ctx, feeds, changes)
    while effects:
        following: list[Change] = []
        for target, name in sorted(effects):
            following += _apply(ctx, ctx.definitions[target], name, effects[target, name])
        effects = _effects(ctx, feeds, following)


def _effects(ctx: Context, feeds: Mapping[str, Sequence[Feed]], changes: Iterable[Change]) -> _Effects:
    effects: _Effects = {}
    for meta, before, after in changes:
        for feed in feeds.get(meta.name, ()):
            if before is not None and after is not None and _same(feed, before, after):
                continue
            _note(ctx, effects, feed, before, -1)
            _note(ctx, effects, feed, after, 1)
    return {key: effect for key, effect in effects.items() if not effect.is_empty}


def _same(feed: Feed, before: Values, after: Values) -> bool:
    return all(before[column] == after[column] for column in feed.columns)


def _note(ctx: Context, effects: _Effects, feed: Feed, values: Values | None, sign: int) -> None:
    name = feed.target_of(values) if values is not None else None
    if values is None or name is None or not feed.counts(ctx, values):
        return
    effect = effects.setdefault((feed.target.name, name), _Effect())
    value = feed.value(values)
    if feed.rollup.is_additive:
        fieldname = feed.field.fieldname
        effect.amounts[fieldname] = effect.amounts.get(fieldname, 0) + sign * value
    elif value is not None:
        (effect.arrived if sign > 0 else effect.left).setdefault(feed, []).append(value)


def _apply(ctx: Context, meta: DocType, name: str, effect: _Effect) -> list[Change]:
    """Change one target; returns what that means for roll-ups over it."""
    amounts = {column: amount for column, amount in effect.amounts.items() if amount}
    sought = {feed.field.fieldname for feed in (*effect.arrived, *effect.left)}
    feeds = feeds_of(ctx.definitions).get(meta.name, ())
    read = _read_of(meta, steps_of(ctx.definitions, meta), tuple(feeds), frozenset({*amounts, *sought}))
    connection = ctx.connection
    row = add_to_row(connection, meta, name, amounts, read) if amounts else hold_row(connection, meta, name, read)
    if row is None:
        return []
    for column in amounts:
        _check_size(meta, name, column, row[column])
    extremes = {}
    for feed in {**effect.arrived, **effect.left}:
        stored = row[feed.field.fieldname]
        value = _extreme(ctx, feed, name, stored, effect)
        if value != stored:
            extremes[feed.field.fieldname] = value
    before = {**row, **{column: (row[column] or 0) - amount for column, amount in amounts.items()}}
    return settle(ctx, meta, before, {**row, **extremes}, extremes)


@lru_cache(maxsize=4096)
def _read_of(meta: DocType, steps: Steps, feeds: tuple[Feed, ...], touched: frozenset[str]) -> tuple[str, ...]:
    """The columns of a target that are looked at when `touched` change: what is computed of them, and of what else, and
    what roll-ups over the target read. A customer has two hundred columns, and a sale turns to it five times."""
    following = steps.after(("", column) for column in touched)
    computed = {column for step in following for table, column in (step.place, *step.reads) if not table}
    gathered = {column for feed in feeds for column in feed.columns}
    return tuple(column for column in meta.columns if column in {"name", *touched, *computed, *gathered})


def _check_size(meta: DocType, name: str, column: str, value: Any) -> None:
    if too_large(value):
        label = meta.by_name[column].label or column
        template = "{label} of {doctype} {name} would become too large to be exact."
        params = {"label": label, "doctype": meta.name, "name": name}
        raise ValidationError(template, errors=[FieldError(column, template, params={**params})], **params)


def _extreme(ctx: Context, feed: Feed, name: str, stored: Any, effect: _Effect) -> Any:
    """The smallest or largest value after rows came and left."""
    best = None
    for value in effect.arrived.get(feed, ()):
        best = value if best is None else better(feed, best, value)
    if stored is not None and stored in effect.left.get(feed, ()):
        still_best = best is not None and better(feed, best, stored) == best
        return best if still_best else extreme(ctx, feed, name)
    if stored is None or best is None:
        return best if stored is None else stored
    return better(feed, stored, best)


def settle(
    ctx: Context, meta: DocType, before: Mapping[str, Any], row: Mapping[str, Any], unwritten: Mapping[str, Any]
) -> list[Change]:
    """Compute what depends on the columns of a stored row that differ from `before`, and write it with `unwritten`."""
    steps = steps_of(ctx.definitions, meta).after(("", column) for column in row if row[column] != before[column])
    doc = _document(ctx, meta, row, steps)
    faults = Faults()
    run(ctx, doc, steps, faults)
    faults.raise_all()
    own = {step.field.fieldname for step in steps if not step.table}
    values = {**unwritten, **{column: doc[column] for column in own if doc[column] != row[column]}}
    if values:
        ctx.connection.update_row(meta, row["name"], values)
    changes = [Change(meta, before, doc), *_write_rows(ctx, doc, steps)]
    _tell(ctx, doc, values, steps)
    return changes


def _tell(ctx: Context, doc: Document, values: Iterable[str], steps: Sequence[Step]) -> None:
    """Computed texts may be searched."""
    rows = {(step.table, step.field.fieldname) for step in steps if step.table and step.field.storage == "text"}
    paths = {(column,) for column in values if doc.meta.by_name[column].storage == "text"} | rows
    if paths:
        ctx.runtime.recomputed(ctx, doc.meta, doc["name"], paths)


def _document(ctx: Context, meta: DocType, row: Mapping[str, Any], steps: Sequence[Step]) -> Document:
    """The document of a stored row, with its child rows when the steps need them."""
    doc = Document.of_row(meta, ctx.definitions, row)
    used = {step.table for step in steps} | {table for step in steps for table, _ in step.reads}
    for table in meta.table_fields:
        if table.fieldname in used:
            child = ctx.definitions[table.options]
            for values in ctx.connection.get_children(child, meta.name, [row["name"]]):
                if values["parentfield"] == table.fieldname:
                    stored = Document.of_row(child, ctx.definitions, values)
                    doc.append(table.fieldname, stored.freeze().edit())
    return doc


def _write_rows(ctx: Context, doc: Document, steps: Sequence[Step]) -> list[Change]:
    changes = []
    for table in {step.table for step in steps} - {""}:
        for row in doc[table]:
            columns = {step.field.fieldname for step in steps if step.table == table}
            values = {column: row[column] for column in columns if row.has_changed(column)}
            if values:
                ctx.connection.update_row(row.meta, row["name"], values)
                changes.append(Change(row.meta, row.before, row))
    return changes


def refresh(ctx: Context, doc: Document) -> None:
    """Before a document is saved: hold what others could change of it, and take over what they changed since it was
    read (roll-ups, and links that a rename turned)."""
    if doc.before is None:
        return
    feeds = feeds_of(ctx.definitions)
    if kept_up(doc.meta) or doc.doctype in feeds:
        row = hold_row(ctx.connection, doc.meta, doc["name"])
        if row is not None:
            computed = {field.fieldname for field in doc.meta.data_fields if is_computed(field)}
            _restate(doc, row, computed | _links(feeds, doc.meta))
    for table in doc.meta.table_fields:
        _refresh_rows(ctx, doc, ctx.definitions[table.options], table.fieldname)


def _refresh_rows(ctx: Context, doc: Document, child: DocType, table: str) -> None:
    steps = steps_of(ctx.definitions, doc.meta).all
    columns = {step.field.fieldname for step in steps if step.table == table} if kept_up(doc.meta) else set()
    columns |= _links(feeds_of(ctx.definitions), child)
    if not columns or doc.before is None:
        return
    held = {row["name"]: row for row in hold_children(ctx.connection, child, doc.doctype, doc["name"])}
    current = {row["name"]: row for row in doc[table]}
    for before in doc.before[table]:
        if before["name"] in held:
            _restate(current.get(before["name"]) or before, held[before["name"]], columns)


def _links(feeds: Mapping[str, Sequence[Feed]], meta: DocType) -> set[str]:
    """The columns by which roll-ups find their target."""
    return {feed.rollup.link for feed in feeds.get(meta.name, ())}


def _restate(doc: Document, row: Mapping[str, Any], columns: Iterable[str]) -> None:
    """Take over columns of the stored row; a value that this save changes stays."""
    before = doc if doc.before is None else doc.before
    for column in columns:
        if doc[column] == before[column]:
            doc._values[column] = row[column]
        before._values[column] = row[column]


def rows_to_go(ctx: Context, meta: DocType, name: str) -> list[Change]:
    """What leaves with a stored document and may be gathered: it, its rows, what stands beside it."""
    feeds = feeds_of(ctx.definitions)
    found = []
    if meta.name in feeds and (row := hold_row(ctx.connection, meta, name)) is not None:
        found.append(Change(meta, row, None))
    for child in {table.options for table in meta.table_fields} & feeds.keys():
        rows = hold_children(ctx.connection, ctx.definitions[child], meta.name, name)
        found += [Change(ctx.definitions[child], row, None) for row in rows]
    for doctype, (doctype_field, name_field) in COMPANIONS.items():
        if doctype in feeds and doctype != meta.name:
            found += _beside(ctx, ctx.definitions[doctype], {doctype_field: meta.name, name_field: name})
    return found


def _beside(ctx: Context, meta: DocType, where: Mapping[str, str]) -> list[Change]:
    condition = all_of(*(Compare((column,), "=", value) for column, value in where.items()))
    columns = tuple(Column((column,), column) for column in meta.columns)
    return [Change(meta, row, None) for row in ctx.connection.select(Query(meta, columns, condition))]
