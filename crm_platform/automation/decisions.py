"""What rules have decided about a document, and why: from the run log, for those who may read it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from crm_platform.automation.log import LOG
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.origins import version_of_layer
from crm_platform.documents.wire import plain

MOST = 50
"""Decisions about one document that are told, the newest first."""

HEEDED = ("Done", "Queued")
FIELDS = ("rule_type", "rule", "revision", "pack", "event", "user", "creation", "reason", "done")


def decisions(ctx: Context, doc: Document, fieldname: str = "") -> list[dict[str, Any]]:
    """The runs of rules that did something to a document, or set one field of it; none for who may not read the log.

    Each tells the rule with its revision and layer, what set it off, whose doing that was, and the reason.
    """
    meta = ctx.definitions.get(LOG)
    if meta is None or not ctx.policy.allows(meta, "read"):
        return []
    about = {"document_type": doc.doctype, "document_name": doc["name"], "result": ["in", HEEDED]}
    rows = ctx.store.list(LOG, fields=FIELDS, filters=about, order_by="creation desc", limit=MOST)
    return [_told(ctx, row) for row in rows if not fieldname or _sets(row, fieldname)]


def _sets(row: Mapping[str, Any], fieldname: str) -> bool:
    """Whether what was done names the field: sentences begin with it, in any language with it apart from words."""
    return re.search(rf"(?<![A-Za-z0-9_]){fieldname}(?![A-Za-z0-9_])", row["done"] or "") is not None


def _told(ctx: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    layer = row["pack"] or "site"
    version = version_of_layer(ctx, layer)
    rule = f"{row['rule_type']} {row['rule']}"
    done: Sequence[str] = (row["done"] or "").splitlines()
    return {
        "rule": rule,
        "revision": row["revision"],
        "layer": layer,
        "version": version,
        "event": row["event"],
        "user": row["user"],
        "time": plain(row["creation"], ctx.runtime.zone),
        "done": list(done),
        "because": row["reason"] or "",
        "sentence": ctx._(
            "{done} By {rule}, revision {revision}, of {layer}: {reason}",
            done=" ".join(done),
            rule=rule,
            revision=row["revision"],
            layer=f"{layer} {version}".strip(),
            reason=row["reason"] or "",
        ),
    }
