"""crm.desk.boot: who is signed in, what may be opened, and how definitions' texts read in the caller's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any

from starlette.responses import Response

from crm_platform import __version__
from crm_platform.access.sessions import issue_csrf_token
from crm_platform.api.call import Call
from crm_platform.api.replies import method_response
from crm_platform.desk.administration import administers
from crm_platform.desk.single_documents import named_documents
from crm_platform.desk.titles import has_titles
from crm_platform.documents.context import GUEST, Context
from crm_platform.documents.manner import manner_of
from crm_platform.errors import CONTEXTS, in_context
from crm_platform.metadata.model import Definitions, DocType

SHAPED = (
    "Role", "Workflow", "Automation Rule", "Print Format", "Report", "Workspace", "Dashboard", "Dashboard Chart",
    "Number Card",
)  # fmt: skip
"""DocTypes of the studio whose records are called by their name."""


async def boot(call: Call) -> Response:
    """What the interface starts with. A session gets its token against forged requests here, too."""
    facts = await call.scope.read(facts_for)
    token = await call.scope.write(issue_csrf_token) if not facts["guest"] else ""
    return method_response({**facts, "csrf_token": token}, call.style)


def facts_for(ctx: Context) -> dict[str, Any]:
    """Everything but the token. A guest learns neither the version nor any DocType that is closed to guests."""
    openable = [doctype for doctype in ctx.definitions.values() if _may_open(ctx, doctype)]
    return {
        "guest": ctx.user == GUEST,
        "user": ctx.user,
        **_own(ctx),
        "language": ctx.language,
        "site_name": ctx.runtime.name,
        "time_zone": str(ctx.runtime.zone),
        "formats": asdict(manner_of(ctx)),
        "version": "" if ctx.user == GUEST else __version__,
        "doctypes": [_entry(ctx, doctype) for doctype in sorted(openable, key=lambda d: d.name)],
        "messages": _translated(ctx, openable),
    }


def _may_open(ctx: Context, doctype: DocType) -> bool:
    return not doctype.istable and ctx.policy.allows(doctype, "read")


def _own(ctx: Context) -> dict[str, str]:
    """What the User document of the caller says: the name to show and the theme (Frappe User.desk_theme)."""
    row = ctx.connection.get_row(ctx.definitions["User"], ctx.user) or {}
    return {"full_name": str(row.get("full_name") or ctx.user), "desk_theme": str(row.get("desk_theme") or "Automatic")}


def _entry(ctx: Context, doctype: DocType) -> dict[str, Any]:
    """`only` are the documents that may be opened, where a right names them one by one."""
    only = named_documents(ctx.policy.rows(doctype, "read"))
    return {
        "name": doctype.name,
        "label": ctx._(doctype.name),
        "module": doctype.module,
        "administers": int(administers(doctype)),
        "issingle": int(doctype.issingle),
        "is_tree": int(doctype.is_tree),
        "is_submittable": int(doctype.is_submittable),
        "has_titles": int(has_titles(doctype)),
        "can_create": int(ctx.policy.allows(doctype, "create")),
        **({} if only is None else {"only": sorted(only)}),
    }


def _translated(ctx: Context, doctypes: list[DocType]) -> dict[str, str]:
    """Translations of texts that stand in these definitions; what is not translated is left out."""
    texts = {text for doctype in doctypes for text in _texts(ctx.definitions, doctype)} | set(_names(ctx))
    pairs = ((text, ctx._(text)) for text in sorted(texts))
    return {text: translated for text, translated in pairs if translated != text}


def _names(ctx: Context) -> Iterator[str]:
    """Names of the records that the caller shapes in the studio, which are texts for people."""
    for kind in SHAPED:
        if ctx.policy.allows(ctx.definitions[kind], "write"):
            yield from (row["name"] for row in ctx.store.list(kind, fields=("name",), limit=0))


def _texts(definitions: Definitions, doctype: DocType) -> Iterator[str]:
    yield doctype.name
    yield doctype.module
    tables = (definitions[table.options] for table in doctype.table_fields)
    for field in chain(doctype.fields, *(table.fields for table in tables)):
        if field.fieldtype == "Select":
            yield from field.choices
        if field.fieldname in CONTEXTS:
            yield from (in_context(choice, CONTEXTS[field.fieldname]) for choice in field.choices)
    workflow = definitions.workflows.get(doctype.name)
    if workflow is not None:
        yield from (state.state for state in workflow.states)
        yield from (transition.action for transition in workflow.transitions)
        yield from (role for tier in workflow.tiers for role in (tier.role, tier.escalate_to) if role)
