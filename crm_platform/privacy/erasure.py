"""Erasing a person in one transaction, exactly as the plan says; every store forgets together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from secrets import token_hex

from crm_platform.database.system import IDEMPOTENCY
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.reading import load
from crm_platform.metadata.masking import HIDDEN, plain_of
from crm_platform.privacy import audit, chain
from crm_platform.privacy.changing import destroy, forget_history, forget_moves, rename, set_values
from crm_platform.privacy.erasure_plan import ERASED, Action, Item, Plan, plan
from crm_platform.privacy.quoting import replace_quoted
from crm_platform.privacy.redaction import without
from crm_platform.privacy.subject import Name, Subject, parts, personal

BACKUPS = "Backups that were made before still hold the data. Delete them when their time is over."
SHORTEST_NAME = 2
GOING = frozenset({"Delete", "Anonymise"})

Drop = Callable[[Context, str], None]
"""Removes the content of a file that no document names any more, after the COMMIT."""


def apply(ctx: Context, names: list[Name], reason: str, drop: Drop) -> Plan:
    """Erase, as `plan` tells, in the transaction of `ctx`, which acts as the system; returns what was done.

    The audit log says that it happened, and forgets the person, too. Raises what `plan` raises.
    """
    made = plan(ctx, names)
    files = [item.name for item in made.items if item.doctype == "File" and item.action == "Delete"]
    urls = [url for name in files for url in _url(ctx, name)]
    for item in made.items:
        _STEPS[item.action](ctx, made, item)
    renamed = [_take_name(ctx, doc) for doc in _of(made, "Anonymise")]
    telling = [str(doc["name"]) for doc in _of(made, "Delete") if _tells(doc, str(doc["name"]))]
    gone = dict.fromkeys((*telling, *(name for _, name in _merged(made))), HIDDEN)
    replace_quoted(ctx, {**gone, **{old: new for old, new in renamed if old != new}})
    _forget_copies(ctx, made)
    changed = [item.key for item in made.items if item.action != "Keep"]
    ctx.runtime.forget(ctx, [*changed, *_merged(made)], made.subject.identities)
    for url in urls:
        drop(ctx, url)
    _forget_in_audit(ctx, made, reason)
    return made


def destroy_whole(ctx: Context, subject: Subject, drop: Drop) -> None:
    """Remove documents that nothing links to, with all that belongs to them and without a copy."""
    urls = [url for kind, name in subject.belonging if kind == "File" for url in _url(ctx, name)]
    for kind, name in (*subject.belonging, *subject.documents):
        doc = load(ctx, ctx.definitions[kind], name)
        if doc is not None:
            destroy(ctx, doc)
    ctx.runtime.forget(ctx, [*subject.belonging, *subject.documents, *subject.merged], subject.identities)
    for url in urls:
        drop(ctx, url)


def _delete(ctx: Context, made: Plan, item: Item) -> None:  # noqa: ARG001 one signature
    doc = load(ctx, ctx.definitions[item.doctype], item.name)
    if doc is not None:
        destroy(ctx, doc)


def _change(ctx: Context, made: Plan, item: Item) -> None:
    """Its time of change moves: no open form and no import that is taken back may bring the values again."""
    doc = load(ctx, ctx.definitions[item.doctype], item.name)
    if doc is not None:
        changes = made.changes[item.key]
        set_values(ctx, doc, {**changes, item.name: {**changes.get(item.name, {}), "modified": ctx.now()}})
        forget_history(ctx, doc, item.fields)


def _nothing(ctx: Context, made: Plan, item: Item) -> None:
    """What is kept stays as it is."""


_STEPS: Mapping[str, Callable[[Context, Plan, Item], None]] = {
    "Delete": _delete,
    "Anonymise": _change,
    "Redact": _change,
    "Keep": _nothing,
}


def _url(ctx: Context, name: str) -> Iterator[str]:
    row = ctx.connection.get_row(ctx.definitions["File"], name)
    if row is not None and row["file_url"]:
        yield row["file_url"]


def _of(made: Plan, action: Action) -> list[Document]:
    """The documents that are the person and to which this happens."""
    return [doc for key, doc in made.subject.documents.items() if made.found[key].action == action]


def _take_name(ctx: Context, before: Document) -> Name:
    """A document whose name tells who it was gets another; so does every account. Returns the old and the new name."""
    name = str(before["name"])
    doc = load(ctx, before.meta, name)
    is_account = before.doctype == "User"
    if doc is None or not (is_account or _tells(before, name)):
        return name, name
    new = f"{ERASED.lower()}-{token_hex(6)}{'@invalid' if is_account else ''}"
    rename(ctx, doc, new)
    if is_account:
        _disown(ctx, name, new)
    return name, new


def _tells(doc: Document, name: str) -> bool:
    values = (plain_of(part[f.fieldname]) for part in parts(doc) for f in personal(part.meta))
    return any(isinstance(value, str) and len(value) >= SHORTEST_NAME and value in name for value in values)


def _disown(ctx: Context, old: str, new: str) -> None:
    """An account stands in every document that it made or changed."""
    for meta in ctx.definitions.values():
        if not meta.is_virtual and meta.name != audit.DOCTYPE:
            for column in ("owner", "modified_by"):
                ctx.connection.update_rows(meta, {column: new}, {column: old})


def _forget_copies(ctx: Context, made: Plan) -> None:
    """Copies of deleted documents, of this erasure or of an earlier deleting."""
    meta = ctx.definitions["Deleted Document"]
    gone = [item.key for item in made.items if item.action in GOING]
    for doctype, name in (*gone, *_merged(made)):
        ctx.connection.delete_rows(meta, {"deleted_doctype": doctype, "deleted_name": name})
    for doctype, name in _merged(made):
        forget_moves(ctx, ctx.definitions[doctype], name)
    _forget_answers(ctx, {*made.subject.identities, *(name for _, name in (*made.subject.documents, *_merged(made)))})


def _forget_answers(ctx: Context, texts: set[str]) -> None:
    """Answers that are kept for requests that come again."""
    for row in ctx.connection.fetch(IDEMPOTENCY):
        if any(text in row["response"] for text in texts):
            ctx.connection.remove(IDEMPOTENCY, {"key": row["key"], "user": row["user"]})


def _merged(made: Plan) -> frozenset[Name]:
    """Documents that were merged into the person, unless he is kept."""
    kept = any(made.found[key].action == "Keep" for key in made.subject.documents)
    return frozenset() if kept else made.subject.merged


def _forget_in_audit(ctx: Context, made: Plan, reason: str) -> None:
    gone = {item.key for item in made.items if item.action in GOING} - made.subject.linked.keys() | _merged(made)
    accounts = {name for doctype, name in gone if doctype == "User"}

    def concerns(entry: chain.Entry) -> bool:
        told = f"{entry['reference_name']} {entry['details']}"
        about = (entry["reference_doctype"], entry["reference_name"]) in gone or entry["user"] in accounts
        return about or without(told, made.subject.identities) != told

    audit.Sealing(ctx.connection, ctx.definitions[audit.DOCTYPE])()
    entries = audit.erase_content(ctx, concerns)
    counts: dict[str, int] = {}
    for item in made.items:
        counts[item.action] = counts.get(item.action, 0) + 1
    ctx.audit(chain.ERASED, entries=entries, reason=reason, documents=counts)
