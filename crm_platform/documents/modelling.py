"""Changes of the site's own definitions: checked, turned into tables, recorded, live at once, and taken back."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.database.conditions import Compare
from crm_platform.database.interface import ModelChangedError
from crm_platform.database.query import Query
from crm_platform.database.schema import Place, Step
from crm_platform.database.system import DEFINITION, META
from crm_platform.documents import mirror, plans, resealing, sorting, states
from crm_platform.documents.backfill import backfill
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.guards import DEFINITION_KINDS
from crm_platform.documents.plans import Bodies, Entry, Key, Origin
from crm_platform.documents.readers import deprived_definitions, refuse_deprived
from crm_platform.errors import DefinitionError, FieldError, ValidationError
from crm_platform.metadata.checks import check
from crm_platform.metadata.diff import Change, diff
from crm_platform.metadata.layers import SITE
from crm_platform.metadata.merge import Merged
from crm_platform.metadata.model import Definitions
from crm_platform.metadata.problems import Problem, refuse, refuse_record
from crm_platform.metadata.records import Definition
from crm_platform.metadata.setters import setters_of

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


@dataclass(frozen=True)
class Planned:
    """What a change would do: the new definitions, what differs in them, their faults, the schema steps."""

    merged: Merged
    steps: Sequence[Step]
    problems: Sequence[Problem]
    changes: Sequence[Change]
    deprived: Sequence[Problem] = ()
    """Faults that it brings to definitions which it does not touch."""


def site_bodies(ctx: Context, keys: Iterable[Key]) -> dict[Key, Mapping[str, Any] | None]:
    """The stored bodies of the site's layer for these definitions."""
    found: dict[Key, Mapping[str, Any] | None] = {}
    for kind, name in keys:
        rows = ctx.connection.fetch(DEFINITION, {"kind": kind, "name": name, "layer": SITE})
        found[kind, name] = orjson.loads(rows[0]["body"]) if rows else None
    return found


def site_definitions(ctx: Context, kind: str) -> list[Definition]:
    """What the site's layer defines of one kind, by name."""
    rows = ctx.connection.fetch(DEFINITION, {"kind": kind, "layer": SITE}, order_by="name")
    return [Definition(row["kind"], row["name"], orjson.loads(row["body"])) for row in rows]


def bump(ctx: Context, counter: str = "definitions") -> int:
    """Move a change counter; other processes see it at their next transaction.

    The value grows with time, so that one from a rolled-back transaction never comes again for another model.
    """
    current = ctx.runtime.counters(ctx.connection).get(counter, 0)
    value = max(current + 1, time.time_ns() // 1000)
    ctx.connection.put(META, {"key": counter, "value": value})
    if counter == "definitions":
        ctx.runtime.remodelled(ctx)
    return value


def hold(ctx: Context) -> None:
    """Let nobody else change the model until this transaction ends; what was read before stays true.

    Raises ModelChangedError when somebody has changed it since the transaction began, which is then done again.
    """
    version = ctx.definitions.version
    if version and not ctx.connection.change(META, {"value": version}, {"key": "definitions", "value": version}):
        raise ModelChangedError("Somebody changes the definitions at this moment. Try again.")


def stage(ctx: Context, changes: Bodies, parked: Collection[Place] = ()) -> Planned:
    """Write the changed bodies of the site's layer and work out what follows. Nothing is checked or applied yet.

    `parked` are the columns that a plan put aside which is now taken back.
    """
    for (kind, name), body in changes.items():
        if body is None:
            ctx.connection.remove(DEFINITION, {"kind": kind, "name": name, "layer": SITE})
        else:
            ctx.connection.put(
                DEFINITION,
                {
                    "kind": kind,
                    "name": name,
                    "layer": SITE,
                    "body": orjson.dumps(body).decode(),
                    "modified": ctx.now(),
                },
            )
    bump(ctx)
    return plan(ctx, touched(changes), parked)


def plan(ctx: Context, doctypes: Collection[str] | None = None, parked: Collection[Place] = ()) -> Planned:
    """Compare the model of `ctx` with what its transaction now defines; check `doctypes` (None: all of them, and all
    tables as they really are)."""
    merged = ctx.runtime.merge(ctx.connection)
    changed = None if doctypes is None else _changed(ctx.definitions, merged.definitions)
    steps = ctx.runtime.database.plan(ctx.definitions, merged.definitions, ctx.connection, parked, changed)
    steps += states.left_behind(ctx, merged.definitions)
    changes = diff(ctx.definitions, merged.definitions)
    deprived = deprived_definitions(ctx.definitions, merged.definitions, changes if doctypes is not None else ())
    return Planned(merged, steps, check(merged, only=doctypes), changes, deprived)


def _changed(old: Definitions, new: Definitions) -> set[str]:
    """The DocTypes that are not the very same in both, themselves or by their workflow."""
    return {
        name
        for name in {*old, *new}
        if old.get(name) is not new.get(name) or old.workflows.get(name) != new.workflows.get(name)
    }


OWNER_KEYS = {
    "DocType": "name",
    "Custom Field": "dt",
    "Property Setter": "doc_type",
    "Workflow": "document_type",
    "Custom DocPerm": "parent",
}


def propose(ctx: Context, changes: Bodies) -> Planned:
    """As `stage`, for a change that goes forward: documents in workflow states that go need a place to go to."""
    planned = stage(ctx, changes)
    return replace(planned, problems=[*planned.problems, *states.stranded(ctx, planned.merged.definitions)])


def touched(changes: Bodies) -> set[str]:
    """The DocTypes that changed definitions are about."""
    return {str(body.get(OWNER_KEYS[kind]) or name) for (kind, name), body in changes.items() if body is not None}


def apply(ctx: Context, changes: Bodies, title: str, *, origin: Origin = "file") -> Planned:
    """Make the changes live in this transaction and record them as one plan that can be taken back.

    Raises DefinitionError with every fault of the changed definitions.
    """
    planned, entry = switch(ctx, changes, title, origin)
    plans.record(ctx, entry)
    return planned


def switch(ctx: Context, changes: Bodies, title: str, origin: Origin) -> tuple[Planned, Entry]:
    """As `apply`, with the entry for the history that is not recorded yet."""
    before = site_bodies(ctx, changes)
    planned, after = brought_in(ctx, changes)
    catch_up(after, ctx.definitions)
    return planned, Entry(title, origin, planned.steps, planned.changes, before, changes)


def brought_in(ctx: Context, changes: Bodies) -> tuple[Planned, Context]:
    """The changes in force in this transaction, before the documents that are there take part in them.

    Raises DefinitionError with every fault of the changed definitions, UnpreparedError when the tables take long.
    """
    planned = propose(ctx, changes)
    refuse(planned.problems)
    after = _carry_out(ctx, planned)
    refuse_deprived(ctx, after, planned.changes, planned.deprived)
    show_changes(after, changes, planned.merged)
    return planned, after


def _saved(ctx: Context, changes: Bodies, title: str) -> None:
    """As `apply`, for definitions whose documents the caller saves or deletes himself."""
    before = site_bodies(ctx, changes)
    planned = propose(ctx, changes)
    refuse_record(_about(planned.problems, changes))
    refuse(planned.problems)
    after = _carry_out(ctx, planned)
    refuse_deprived(ctx, after, planned.changes, planned.deprived)
    catch_up(after, ctx.definitions)
    plans.record(ctx, Entry(title, "document", planned.steps, planned.changes, before, changes))


def _carry_out(ctx: Context, planned: Planned) -> Context:
    """Change the tables; returns the Context of the new model. Raises UnpreparedError when that would take long."""
    ctx.runtime.database.switch(ctx.connection, planned.steps)
    states.carry_approvals(ctx, planned.steps)
    return ctx.with_definitions(planned.merged.definitions)


def _about(problems: Iterable[Problem], changes: Bodies) -> list[Problem]:
    """Problems of the very records that change: a new field is not refused for an older fault beside it."""
    fields = {str(body.get("fieldname")) for (kind, _), body in changes.items() if kind == "Custom Field" and body}
    return [problem for problem in problems if not fields or problem.fieldname in fields]


def show_changes(ctx: Context, changes: Bodies, merged: Merged) -> None:
    """Bring the documents that show these definitions up to date; of a workflow that the site no longer changes the
    one of the layer below is shown again."""
    mirror.show(ctx, [Definition(kind, name, body) for (kind, name), body in changes.items() if body is not None])
    below = {placed.definition.name: placed.definition for placed in merged.workflows}
    for (kind, name), body in changes.items():
        meta = ctx.definitions.get(kind)
        if body is None and meta is not None:
            mirror.hide(ctx, meta, name)
            mirror.show(ctx, [below[name]] if kind == "Workflow" and name in below else [])


def catch_up(ctx: Context, old: Definitions) -> None:
    """Let the documents that are there already take part in the new model: sealed values, computed fields, order."""
    resealing.follow(ctx, old)
    backfill(ctx, old)
    sorting.follow(ctx, old)


def _refuse_foreign(ctx: Context, doc: Document) -> None:
    """Definitions of the core and of packs are changed by Custom Fields and Property Setters, never in place."""
    name = str(doc.get("name") or "")
    stored = ctx.connection.fetch(DEFINITION, {"kind": doc.doctype, "name": name, "layer": SITE})
    if doc.before is not None and not stored:
        raise DefinitionError(
            "{kind} {name} comes with the product or a pack. Change it with a Custom Field or a Property Setter.",
            kind=doc.doctype,
            name=name,
        )


def check_new_field(ctx: Context, doc: Document) -> None:
    """A Custom Field may not repeat a field of its DocType."""
    meta = ctx.definitions.get(str(doc.get("dt")))
    if doc.is_new and meta is not None and meta.field(str(doc.get("fieldname"))) is not None:
        raise ValidationError(
            "A field with the name {field} already exists in {doctype}",
            field=doc["fieldname"],
            doctype=meta.name,
            errors=[FieldError("fieldname", "This name is taken.")],
        )


def definition_saved(ctx: Context, doc: Document) -> None:
    """A definition was saved as a document: its table is made or changed, and it is live from now on."""
    _refuse_foreign(ctx, doc)
    key = (doc.doctype, str(doc["name"]))
    _saved(ctx, {key: mirror.body_of(ctx, doc)}, f"{doc.doctype} {doc['name']}")


def definition_deleted(ctx: Context, doc: Document) -> None:
    """A definition of the site was deleted: tables and columns are hidden, their data kept."""
    _refuse_foreign(ctx, doc)
    gone = removal(ctx, doc)
    _saved(ctx, gone, f"Delete {doc.doctype} {doc['name']}")
    for kind, name in gone:
        mirror.hide(ctx, ctx.definitions[kind], name)


def removal(ctx: Context, doc: Document) -> Bodies:
    """The changes that take a definition away, and what goes with it.

    Raises ValidationError for a DocType that has documents.
    """
    if doc.doctype == "DocType" and doc["name"] in ctx.definitions:
        _refuse_filled(ctx, str(doc["name"]))
    gone: dict[Key, Mapping[str, Any] | None] = {(doc.doctype, str(doc["name"])): None}
    if doc.doctype == "Custom Field":
        gone |= _setters_of(ctx, str(doc["dt"]), str(doc["fieldname"]))
    return gone


def setters_of_removed(ctx: Context, removed: Iterable[Key]) -> set[Key]:
    """The site's Property Setters that go with the Custom Fields among `removed`."""
    fields = site_bodies(ctx, [key for key in removed if key[0] == "Custom Field"]).values()
    return {key for body in fields if body for key in _setters_of(ctx, str(body["dt"]), str(body["fieldname"]))}


def _setters_of(ctx: Context, doctype: str, fieldname: str) -> dict[Key, None]:
    """The site's Property Setters of a field that goes: a later field of its name starts afresh."""
    setters = site_definitions(ctx, "Property Setter")
    return {(setter.kind, setter.name): None for setter in setters_of(setters, doctype, fieldname)}


def _refuse_filled(ctx: Context, doctype: str) -> None:
    meta = ctx.definitions[doctype]
    if not meta.istable and ctx.connection.count(Query(meta, where=Compare(("name",), "is", "set")), cap=1):
        raise ValidationError("{doctype} has documents. Delete them before the DocType.", doctype=doctype)


LISTENERS = [
    Listener("core", "Custom Field", "validate", check_new_field),
    *(
        listener
        for kind in sorted(DEFINITION_KINDS)
        for listener in (
            Listener("core", kind, "on_update", definition_saved),
            Listener("core", kind, "on_trash", definition_deleted),
        )
    ),
]
