"""Everything that the site holds about a person, as data, as a readable page, and as one archive with the files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.deferred import Deferred
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.reading import load
from crm_platform.documents.wire import plain
from crm_platform.metadata.masking import plain_of
from crm_platform.privacy.redaction import mentions
from crm_platform.privacy.subject import Name, Subject, gather, personal

EVENT = "Person Reported"
LINKED_LIMIT = 10_000
page: Callable[[dict[str, Any], str, Callable[[str], str]], str] = Deferred("crm_platform.privacy.report_page", "page")

ReadFile = Callable[[str], bytes | None]
"""The content of a stored file by its address; None when it is not there."""


def report(ctx: Context, names: list[Name], reason: str) -> dict[str, Any]:
    """The report as plain data, with masked values in full; `ctx` acts as the system. The audit log says who made it.

    Raises DoesNotExistError.
    """
    subject = gather(ctx, names)
    for doctype, name in names:
        ctx.audit(EVENT, doctype, name, reason=reason)
    return {
        "made": plain(ctx.now(), ctx.runtime.zone),
        "site": ctx.runtime.name,
        "person": [{"doctype": doctype, "name": name} for doctype, name in names],
        "records": [_record(ctx, doc) for doc in subject.documents.values()],
        "purposes": list(_purposes(subject)),
        **_belonging(ctx, subject),
        "linked": list(_linked(ctx, subject)),
        "deleted": list(_deleted(ctx, names)),
        "mentions": list(_mentions(ctx, subject)),
    }


def _record(ctx: Context, doc: Document) -> dict[str, Any]:
    """A document with the labels of its fields; passwords stay out."""
    shown = {f.fieldname for f in doc.meta.data_fields if f.fieldtype != "Password"}
    values = {
        name: _value(ctx, doc, name) for name in doc.meta.columns if name in shown and doc[name] not in (None, "")
    }
    labels = {name: doc.meta.by_name[name].label or name for name in values}
    tables = {t.fieldname: [_record(ctx, row) for row in doc[t.fieldname]] for t in doc.meta.table_fields}
    facts = {name: _value(ctx, doc, name) for name in ("creation", "modified", "owner")}
    rows = {name: found for name, found in tables.items() if found}
    return {"doctype": doc.doctype, "name": doc["name"], **facts, "values": values, "labels": labels, "rows": rows}


def _value(ctx: Context, doc: Document, column: str) -> Any:
    return plain(plain_of(doc[column]), ctx.runtime.zone)


def _purposes(subject: Subject) -> Iterator[dict[str, Any]]:
    """What the fields are kept for, and for how long, as their definitions say."""
    for meta in {doc.meta for doc in subject.documents.values()}:
        for f in personal(meta):
            days = f.properties.get("retention_days")
            told = {"sensitivity": f.sensitivity, "purpose": f.properties.get("purpose") or "", "retention_days": days}
            yield {"doctype": meta.name, "field": f.fieldname, "label": f.label, **told}


SECTIONS = {"Comment": "comments", "Version": "history", "File": "files", "Consent": "consents"}
MAILS = frozenset({"Communication", "Email Queue"})


def _belonging(ctx: Context, subject: Subject) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [] for name in (*SECTIONS.values(), "mails", "other")}
    for kind, name in subject.belonging:
        doc = load(ctx, ctx.definitions[kind], name)
        if doc is not None:
            found["mails" if kind in MAILS else SECTIONS.get(kind, "other")].append(_record(ctx, doc))
    return found


def _linked(ctx: Context, subject: Subject) -> Iterator[dict[str, Any]]:
    """Documents that name the person, with their title and the personal fields in them."""
    for (doctype, name), (owner, link) in list(subject.linked.items())[:LINKED_LIMIT]:
        doc = load(ctx, ctx.definitions[doctype], name)
        if doc is not None:
            values = {f.fieldname: _value(ctx, doc, f.fieldname) for f in personal(doc.meta) if doc[f.fieldname]}
            title = _value(ctx, doc, doc.meta.title_field) if doc.meta.title_field else name
            place = {"to": list(owner), "by": link.label or link.fieldname}
            yield {"doctype": doctype, "name": name, "title": title, "link": place, "values": values}


def _deleted(ctx: Context, names: list[Name]) -> Iterator[dict[str, Any]]:
    """Earlier documents of these names that were deleted."""
    meta = ctx.definitions["Deleted Document"]
    for doctype, name in names:
        where = all_of(Compare(("deleted_doctype",), "=", doctype), Compare(("deleted_name",), "=", name))
        for row in ctx.connection.select(Query(meta, (Column(("creation",), "creation"),), where)):
            yield {"doctype": doctype, "name": name, "deleted": plain(row["creation"], ctx.runtime.zone)}


def _mentions(ctx: Context, subject: Subject) -> Iterator[dict[str, Any]]:
    told = {*subject.documents, *subject.belonging}
    for mention in mentions(ctx, subject.identities, told):
        yield {"doctype": mention.owner[0], "name": mention.owner[1], "fields": sorted(mention.texts)}


def archive(content: dict[str, Any], html: str, read: ReadFile) -> bytes:
    """report.json, report.html and the person's files in one zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("report.json", orjson.dumps(content, option=orjson.OPT_INDENT_2))
        made.writestr("report.html", html)
        for number, one in enumerate(content["files"], 1):
            stored = read(str(one["values"].get("file_url", "")))
            if stored is not None:
                made.writestr(f"files/{number:04}-{_plain_name(str(one['values'].get('file_name', 'file')))}", stored)
    return target.getvalue()


def _plain_name(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable() and sign not in '/\\:"')[-100:] or "file"
