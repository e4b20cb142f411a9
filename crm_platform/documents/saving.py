"""The write path: prepare → validate → hooks → permission → naming → rows → version → events, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from crm_platform.documents import blind, checks, setters, upkeep, versions
from crm_platform.documents.document import Document, stamp
from crm_platform.documents.faults import Faults
from crm_platform.documents.formulas import compute_late, keep_rollups
from crm_platform.documents.guards import check_amended, check_protected, stale
from crm_platform.documents.naming import check_name, names_for, random_name
from crm_platform.documents.prepare import prepare
from crm_platform.documents.secrets import keep_secrets
from crm_platform.documents.switched import refuse_gone_state
from crm_platform.errors import (
    DocstatusTransitionError,
    DuplicateEntryError,
    PackError,
    PermissionError,
    ValidationError,
)
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

MOMENT = frozenset({"modified", "modified_by"})
"""What changes in every row of a document that is saved."""

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2
STATUS_NAMES = ("Draft", "Submitted", "Cancelled")

MOVES: dict[tuple[int, int], tuple[str, str, str]] = {
    (DRAFT, DRAFT): ("write", "before_save", ""),
    (DRAFT, SUBMITTED): ("submit", "before_submit", "on_submit"),
    (SUBMITTED, SUBMITTED): ("write", "before_update_after_submit", "on_update_after_submit"),
    (SUBMITTED, CANCELLED): ("cancel", "before_cancel", "on_cancel"),
}
"""(old, new docstatus) → (right needed, event before writing, event after writing)."""


def deny(doctype: DocType, action: str) -> PermissionError:
    return PermissionError("Insufficient Permission for {doctype} ({action})", doctype=doctype.name, action=action)


def closed_by_status(stored: Document) -> ValidationError | None:
    """What an edit of a stored document is refused with for its status."""
    if stored["docstatus"] != CANCELLED:
        return None
    return ValidationError("Cannot edit cancelled document {name}. Amend it instead.", name=stored["name"])


def _move(doc: Document) -> tuple[str, str, str]:
    old = doc.before["docstatus"] if doc.before else DRAFT
    new = doc.get("docstatus", DRAFT)
    closed = closed_by_status(doc.before) if doc.before else None
    if closed is not None:
        raise closed
    if new != DRAFT and not doc.meta.is_submittable:
        raise DocstatusTransitionError("{doctype} cannot be submitted: it is not submittable.", doctype=doc.doctype)
    if (old, new) not in MOVES:
        raise DocstatusTransitionError(
            "Cannot change docstatus from {old} ({old_name}) to {new} ({new_name})",
            old=old,
            old_name=STATUS_NAMES[old],
            new=new,
            new_name=STATUS_NAMES[new],
        )
    return MOVES[old, new]


def insert(ctx: Context, docs: Sequence[Document], names: Sequence[str] = ()) -> None:
    """Insert new documents of one DocType. `names` are those the client asks for; only some naming rules heed them."""
    _insert(ctx, docs, lambda: names_for(ctx, docs, names))


def put_back(ctx: Context, doc: Document, name: str) -> None:
    """As `insert`, for a document that had this name before: no rule of names is asked."""
    _insert(ctx, [doc], lambda: [check_name(doc.doctype, name)])


def _insert(ctx: Context, docs: Sequence[Document], named: Callable[[], Sequence[str]]) -> None:
    now = ctx.now()
    found = []
    for doc in docs:
        if not ctx.policy.allows(doc.meta, _creating(doc.meta)):
            raise deny(doc.meta, _creating(doc.meta))
        found.append((doc, _before_write(ctx, doc, now)))
    checks.check_links(ctx, found)
    checks.check_unique(ctx, found)
    for doc, faults in found:
        faults.raise_all()
        if not ctx.policy.allows(doc.meta, _creating(doc.meta), doc):
            raise deny(doc.meta, _creating(doc.meta))
        check_amended(ctx, doc)
        _fire(ctx, doc, "before_naming")
    for doc, name in zip(docs, named(), strict=True):
        doc["name"] = name
        _number_rows(doc, now, ctx.user)
        compute_late(ctx, doc)
        _freeze(ctx, doc)
    _write_new(ctx, docs)
    setters.note_new(ctx, docs)
    for doc, _ in found:
        _fire(ctx, doc, "after_insert")
        _after_write(ctx, doc, _move(doc)[2])
    ctx.runtime.events(ctx).fire_all(ctx, [doc for doc, _ in found], "on_change")


def _creating(meta: DocType) -> str:
    """A Single is always there: storing it for the first time is a change."""
    return "write" if meta.issingle else "create"


def _before_write(ctx: Context, doc: Document, now: datetime) -> Faults:
    """Everything before the first statement that writes; returns the faults found so far."""
    right = _move(doc)[0]
    stored = doc.before
    if right != "write" and not ctx.policy.allows(doc.meta, right, stored):
        raise deny(doc.meta, right)
    _stamp(doc, now, ctx.user)
    if stored is None:
        _fire(ctx, doc, "before_insert")
    faults = Faults()
    prepare(ctx, doc, faults)
    if faults.found:
        _refuse(ctx, doc, faults)
    check_protected(ctx, doc)
    _ask_hooks(ctx, doc, faults, ("before_validate",) if right == "cancel" else ("before_validate", "validate"))
    if right != "cancel":
        checks.check_required(ctx, doc, faults)
        checks.check_constants(doc, faults)
        checks.check_tree(ctx, doc, faults)
    if stored is not None and stored["docstatus"] == SUBMITTED:
        checks.check_after_submit(doc, faults)
    return faults


def _ask_hooks(ctx: Context, doc: Document, faults: Faults, events: Sequence[str]) -> None:
    """Let hooks set fields; what they set is prepared as a client's values are.

    Hooks may set what is required, so they come before the check; one that fails where something is missing has
    most likely stumbled over that, and the answer names the value.
    """
    if not ctx.runtime.events(ctx).is_heard(ctx, doc.doctype, *events):
        return
    prepared = doc.snapshot()
    try:
        for event in events:
            _fire(ctx, doc, event)
    except PackError:
        checks.check_required(ctx, doc, faults)
        faults.raise_all()
        raise
    if doc.snapshot() != prepared:
        prepare(ctx, doc, faults, prepared)


def _refuse(ctx: Context, doc: Document, faults: Faults) -> None:
    """Values of the wrong kind reach no hook; the answer still names what else is wrong."""
    checks.check_required(ctx, doc, faults)
    checks.check_links(ctx, [(doc, faults)])
    faults.raise_all()


def _stamp(doc: Document, now: datetime, user: str) -> None:
    if doc.before is None:
        status = {"idx": doc.get("idx", 0), "docstatus": doc.get("docstatus", DRAFT)}
        stamp(doc, {"owner": user, "creation": now, "modified": now, "modified_by": user, **status})
    else:
        moment = max(now, doc.before["modified"] + timedelta(microseconds=1))
        stamp(doc, {"modified": moment, "modified_by": user})


def _fire(ctx: Context, doc: Document, event: str) -> None:
    ctx.runtime.events(ctx).fire(ctx, doc, event)


def _freeze(ctx: Context, doc: Document) -> None:
    """The values are final: secrets go to their store, later events see frozen data."""
    keep_secrets(ctx, doc)
    blind.keep(ctx, doc)
    doc.freeze()
    _fire(ctx, doc, "before_save")
    before_event = _move(doc)[1]
    if before_event != "before_save":
        _fire(ctx, doc, before_event)


def _number_rows(doc: Document, now: datetime, user: str) -> None:
    """Standard columns of child rows: name, parent, position."""
    for table in doc.meta.table_fields:
        for index, row in enumerate(doc[table.fieldname], start=1):
            old = row.before
            asked = None if old else row.get("name")
            stamp(
                row,
                {
                    "name": old["name"] if old else check_name(row.doctype, asked) if asked else random_name(),
                    "owner": old["owner"] if old else user,
                    "creation": old["creation"] if old else now,
                    "modified": now,
                    "modified_by": user,
                    "docstatus": doc["docstatus"],
                    "idx": index,
                    "parent": doc["name"],
                    "parenttype": doc.doctype,
                    "parentfield": table.fieldname,
                },
            )


def _write_new(ctx: Context, docs: Sequence[Document]) -> None:
    if not docs:
        return
    ctx.connection.insert_rows(docs[0].meta, [doc.columns() for doc in docs])
    rows: dict[str, list[Document]] = {}
    for doc in docs:
        for _, row in doc.children():
            rows.setdefault(row.doctype, []).append(row)
    for doctype, children in rows.items():
        ctx.connection.insert_rows(ctx.definitions[doctype], [row.columns() for row in children])
    refuse_gone_state(ctx, docs)
    upkeep.inserted(ctx, docs)


def write_as_is(ctx: Context, docs: Sequence[Document]) -> None:
    """Insert finished documents without hooks, checks or rights: mirrors of definitions, restored backups."""
    now = ctx.now()
    for doc in docs:
        _stamp(doc, now, ctx.user)
        doc["name"] = check_name(doc.doctype, doc["name"])
        _number_rows(doc, now, ctx.user)
        keep_rollups(doc)
    _write_new(ctx, docs)


def update(ctx: Context, doc: Document, *, expected: Mapping[str, Any] | None = None) -> None:
    """Save a changed document; `doc.before` is the stored one. `expected` are columns the UPDATE insists on."""
    before = doc.before
    if before is None:
        raise ValidationError("{doctype} {name} is not stored yet.", doctype=doc.doctype, name=doc.get("name", ""))
    right, _, after_event = _move(doc)
    if right == "write" and not ctx.policy.allows(doc.meta, "write", before):
        raise deny(doc.meta, "write")
    upkeep.refresh(ctx, doc)
    faults = _before_write(ctx, doc, ctx.now())
    checks.check_links(ctx, [(doc, faults)])
    checks.check_unique(ctx, [(doc, faults)])
    faults.raise_all()
    if not ctx.policy.allows(doc.meta, right, doc):
        raise deny(doc.meta, right)
    _number_rows(doc, doc["modified"], ctx.user)
    compute_late(ctx, doc)
    _freeze(ctx, doc)
    changed = {c: doc[c] for c in doc.meta.columns if doc[c] != before[c]}
    guard = {"modified": before["modified"], **(expected or {})}
    if not ctx.connection.update_row(doc.meta, doc["name"], changed, where=guard):
        raise stale(before)
    refuse_gone_state(ctx, [doc])
    for table in doc.meta.table_fields:
        _write_rows(ctx, doc, table)
    upkeep.updated(ctx, doc)
    versions.record(ctx, doc)
    setters.note_changed(ctx, doc)
    _after_write(ctx, doc, after_event)
    _fire(ctx, doc, "on_change")


def _write_rows(ctx: Context, doc: Document, table: Field) -> None:
    child = ctx.definitions[table.options]
    old = {row["name"]: row for row in doc.before[table.fieldname]} if doc.before else {}
    kept = {row["name"] for row in doc[table.fieldname] if row.before is not None}
    gone = tuple(name for name in old if name not in kept)
    if gone:
        ctx.connection.delete_rows(child, {"name": gone, "parent": doc["name"]})
        blind.forget(ctx, child, gone)
    new, untouched = [], []
    for row in doc[table.fieldname]:
        before = row.before
        if before is None:
            new.append(row)
            continue
        changed = {c: row[c] for c in child.columns if row[c] != before[c]}
        if changed.keys() <= MOMENT:
            untouched.append(row["name"])
        else:
            ctx.connection.update_row(child, row["name"], changed)
    if untouched:
        moment = {column: doc[column] for column in MOMENT}
        ctx.connection.update_rows(child, moment, {"name": tuple(untouched), "parent": doc["name"]})
    if new:
        _refuse_taken(ctx, child, new)
        ctx.connection.insert_rows(child, [row.columns() for row in new])


def _refuse_taken(ctx: Context, child: DocType, rows: Sequence[Document]) -> None:
    """A row name that belongs to another document is never taken over."""
    taken = ctx.connection.existing(child, [row["name"] for row in rows])
    for name in taken:
        raise DuplicateEntryError("The row name {name} is taken. Leave the name out for a new row.", name=name)


def _after_write(ctx: Context, doc: Document, status_event: str) -> None:
    if status_event != "on_cancel":
        _fire(ctx, doc, "on_update")
    if status_event:
        _fire(ctx, doc, status_event)
