"""What a caller may set: merges wire values into a document and refuses protected fields, by name, before anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm_platform.documents.coerce import Refused, coerce, moment
from crm_platform.documents.document import Document
from crm_platform.documents.policy import AllowAll
from crm_platform.documents.wire import plain
from crm_platform.errors import (
    DoesNotExistError,
    FieldError,
    LinkValidationError,
    PermissionError,
    TimestampMismatchError,
    ValidationError,
    WorkflowPermissionError,
)
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

DEFINITION_KINDS = frozenset({"DocType", "Custom Field", "Property Setter", "Custom DocPerm", "Workflow"})
"""DocTypes whose documents are the model itself."""

KEEPS_UNKNOWN = DEFINITION_KINDS | {
    "DocField",
    "DocPerm",
    "DocType Action",
    "DocType Link",
    "DocType State",
    "Workflow Document State",
    "Workflow Transition",
}

SET_BY_AMENDING = "amended_from"
OF_ROWS = STANDARD_COLUMNS.keys() | CHILD_COLUMNS.keys()
PLACE = frozenset({"parent", "parenttype", "parentfield"})
ROWS = (dict, Document, Mapping)
"""What a child row may come as; the usual ones first."""
CANCELLED = 2


def merge(ctx: Context, doc: Document, values: Mapping[str, Any]) -> None:
    """Set wire `values` on a new document or on a changed copy of a stored one (Frappe PUT).

    Keys that begin with `_` and standard columns equal to the stored value pass, since clients send whole documents
    back. Raises ValidationError for an unknown key, TimestampMismatchError, PermissionError for `owner` and its like.
    """
    given: set[str] = set()
    plain_names = _taken_as_sent(doc.meta)
    for key, value in values.items():
        if key in plain_names:
            doc.set(key, value)
            given.add(key)
        elif not key.startswith("_") and key != "doctype" and _merge_other(ctx, doc, key, value):
            given.add(key)
    doc.given = frozenset(given)


def _merge_other(ctx: Context, doc: Document, key: str, value: Any) -> bool:
    """Set what is not simply taken as it is sent; whether it counts as given by the client."""
    if key in STANDARD_COLUMNS:
        _standard(ctx, doc, key, value)
        return key == "docstatus"
    field = doc.meta.field(key)
    if field is None:
        _keep_unknown(doc, key, value)
        return False
    if field.is_table:
        merge_rows(ctx, doc, field, value)
        return True
    if field.fieldtype == "Password" and field.has_column and not _is_asterisks(value):
        doc[key] = value
        return True
    return False


def _keep_unknown(doc: Document, key: str, value: Any) -> None:
    if doc.doctype in KEEPS_UNKNOWN:
        doc.extra[key] = value
    elif not (doc.meta.istable and key in CHILD_COLUMNS):
        raise unknown_field(doc.meta, key)


@lru_cache(maxsize=4096)
def _taken_as_sent(meta: DocType) -> frozenset[str]:
    """The names of the fields whose value is set as it comes."""
    fields = (f for f in meta.data_fields if f.fieldtype != "Password" and not f.properties.get("rollup"))
    own = {f.fieldname for f in fields if not f.fieldname.startswith("_") and f.fieldname != "doctype"}
    return frozenset(own - STANDARD_COLUMNS.keys())


def _is_asterisks(value: Any) -> bool:
    """Whether a client sends back what stands for a secret."""
    return bool(value) and set(str(value)) == {"*"}


def unknown_field(meta: DocType, key: str) -> ValidationError:
    return ValidationError(
        "{doctype} has no field {field}. Check the spelling or add the field first.",
        doctype=meta.name,
        field=key,
        errors=[FieldError(key, "{field} is not a field of {doctype}.", params={"field": key, "doctype": meta.name})],
    )


def _standard(ctx: Context, doc: Document, key: str, value: Any) -> None:
    """A standard column in the body: ignored for a new document, must equal the stored value of an old one."""
    if key == "docstatus":
        if value not in (0, 1, 2, "0", "1", "2", None, False, True):
            raise ValidationError("docstatus must be 0, 1 or 2.", errors=[FieldError(key, "Must be 0, 1 or 2.")])
        doc[key] = int(value or 0)
        return
    before = doc.before
    if before is None or key == "idx" or value is None:
        return
    stored = plain(before[key], ctx.runtime.zone)
    if str(value) == str(stored):
        return
    if key == "modified" and not same_moment(ctx, value, before):
        raise stale(before)
    if key == "name":
        raise DoesNotExistError("{doctype} {name} not found", doctype=doc.doctype, name=str(value))
    if key in ("owner", "modified_by", "creation") and not (
        key == "creation" and same_moment(ctx, value, before, "creation")
    ):
        raise PermissionError(
            "{field} cannot be set, it is kept by the system.",
            field=key,
            errors=[FieldError(key, "Cannot be set.", "PermissionError")],
        )


def stale(before: Document) -> TimestampMismatchError:
    return TimestampMismatchError(
        "{doctype} {name} has been changed by {user} after you opened it. Reload it and make your change again.",
        doctype=before.doctype,
        name=before["name"],
        user=before["modified_by"],
        errors=[FieldError("modified", "Changed in the meantime.", "TimestampMismatchError")],
    )


MODIFIED = Field("modified", "Datetime", "modified")


def same_moment(ctx: Context, value: Any, before: Document, key: str = "modified") -> bool:
    try:
        return bool(moment(value, MODIFIED, ctx.runtime.zone) == before[key])
    except Refused:
        return False


def merge_rows(ctx: Context, doc: Document, field: Field, rows: Any) -> None:
    """Replace a child table (Frappe): known rows keep name and history, fields left out of a row become empty."""
    if rows is None:
        rows = []
    if not isinstance(rows, list | tuple) or not all(isinstance(row, ROWS) for row in rows):
        raise ValidationError(
            "{label} must be a list of rows.",
            label=field.label or field.fieldname,
            errors=[FieldError(field.fieldname, "Must be a list of rows.")],
        )
    if field.is_absent:
        _refuse_rows(field, rows)
        return
    old = {row["name"]: row for row in doc.before[field.fieldname] or ()} if doc.before else {}
    doc[field.fieldname] = []
    for values in rows:
        if isinstance(values, Document):
            doc.append(field.fieldname, values)
            continue
        row = doc.append(field.fieldname)
        name = values.get("name")
        row.before = old.get(name) if isinstance(name, str) else None
        _parent_unchanged(doc, field, values)
        merge(ctx, row, {k: v for k, v in values.items() if k not in OF_ROWS})
        _keep_hidden(ctx, doc, row)
        if isinstance(name, str) and name and not name.lower().startswith("new-"):
            row["name"] = name


def _refuse_rows(field: Field, rows: Sequence[Any]) -> None:
    """Rows of a DocType that is not there cannot be kept."""
    if rows:
        template, label = "{label}: the DocType {target} is not installed.", field.label or field.fieldname
        params: dict[str, object] = {"label": label, "target": field.options}
        fault = FieldError(field.fieldname, template, "LinkValidationError", params=params)
        raise LinkValidationError(template, errors=[fault], label=label, target=field.options)


def _keep_hidden(ctx: Context, doc: Document, row: Document) -> None:
    """A field that the caller may not write keeps its value in a row that he sends without it."""
    if row.before is None:
        return
    levels = ctx.policy.levels(doc.meta, "write", doc.before) | {0}
    for field in row.meta.data_fields:
        if field.permlevel not in levels and field.fieldname not in row.given:
            row[field.fieldname] = row.before[field.fieldname]


def _parent_unchanged(doc: Document, field: Field, values: Mapping[str, Any]) -> None:
    """The parent of a row is never the client's to choose."""
    if values.keys().isdisjoint(PLACE):
        return
    here = {"parent": doc.get("name"), "parenttype": doc.doctype, "parentfield": field.fieldname}
    for key, own in here.items():
        value = values.get(key)
        if value and own and value != own:
            raise PermissionError(
                "A row of {label} cannot be moved to another document.",
                label=field.label or field.fieldname,
                errors=[FieldError(field.fieldname, "Row belongs elsewhere.", "PermissionError")],
            )


def check_protected(ctx: Context, doc: Document) -> None:
    """Refuse fields that the caller sent and changed but may not set: higher field levels, read-only fields, workflow.

    Raises PermissionError naming every such field. The system's own context passes.
    """
    if isinstance(ctx.policy, AllowAll):
        return
    judged = _check_workflow_state(ctx, doc)
    levels = ctx.policy.levels(doc.meta, "write" if doc.before else "create", doc) | {0}
    refused = [error for part in _given_parts(doc, levels, judged) for error in part]
    if refused:
        raise PermissionError(
            "You may not set {label} of {doctype}.",
            label=refused[0].params["label"],
            doctype=doc.doctype,
            errors=refused,
        )


def check_amended(ctx: Context, doc: Document) -> None:
    """A document takes the place of a cancelled one that the caller may read and amend (Frappe amended_from)."""
    origin_name = doc.get(SET_BY_AMENDING) if doc.meta.is_submittable else None
    if not origin_name or isinstance(ctx.policy, AllowAll):
        return
    origin = ctx.store.get(doc.doctype, str(origin_name))
    if not ctx.policy.allows(doc.meta, "amend", origin):
        template = "Insufficient Permission for {doctype} ({action})"
        raise PermissionError(template, doctype=doc.doctype, action="amend")
    if origin["docstatus"] != CANCELLED:
        template = "{name} is not cancelled. Only a cancelled document is amended."
        raise ValidationError(template, errors=[FieldError(SET_BY_AMENDING, template)], name=origin_name)


def _given_parts(doc: Document, levels: frozenset[int], judged: str) -> list[list[FieldError]]:
    parts = [[error for error in _refused_fields(doc, levels, None, None) if error.field != judged]]
    for table in doc.meta.table_fields:
        if table.permlevel not in levels and table.fieldname in doc.given and rows_changed(doc, table):
            parts.append([_refusal(table, None, None)])
        for index, row in enumerate(doc[table.fieldname], start=1):
            parts.append(_refused_fields(row, levels, table.fieldname, index))
    return parts


def rows_changed(doc: Document, table: Field) -> bool:
    before = [row.as_dict() for row in doc.before[table.fieldname]] if doc.before else []
    now = [row.as_dict() for row in doc[table.fieldname]]
    keys = {f for row in now for f in row if f not in STANDARD_COLUMNS and f not in CHILD_COLUMNS}
    return [{k: r.get(k) for k in keys} for r in before] != [{k: r.get(k) for k in keys} for r in now]


def _refused_fields(doc: Document, levels: frozenset[int], table: str | None, index: int | None) -> list[FieldError]:
    refused = []
    for fieldname in doc.given & _restricted(doc.meta):
        field = doc.meta.by_name[fieldname]
        if field.permlevel in levels and not field.read_only:
            continue
        computed = field.fetch_from or field.properties.get("formula")
        kept = field.read_only and not computed and fieldname != SET_BY_AMENDING
        protected = field.permlevel not in levels or (kept and doc.doctype not in DEFINITION_KINDS)
        if protected and _changed(doc, field):
            refused.append(_refusal(field, table, index))
    return refused


@lru_cache(maxsize=4096)
def _restricted(meta: DocType) -> frozenset[str]:
    """Fields that somebody may not set."""
    return frozenset(f.fieldname for f in meta.by_name.values() if not f.is_table and (f.permlevel or f.read_only))


def _changed(doc: Document, field: Field) -> bool:
    """Whether the value differs from the stored one; for a new document, from an unset field and from the default."""
    value = doc[field.fieldname]
    if doc.before is not None:
        return bool(value != doc.before[field.fieldname])
    if value in (None, "", 0) and field.default in (None, "", "0", 0):
        return False
    return str(value) != str(field.default)


def _refusal(field: Field, table: str | None, index: int | None) -> FieldError:
    params: dict[str, object] = {"label": field.label or field.fieldname}
    return FieldError(field.fieldname, "{label} cannot be set by you.", "PermissionError", table, index, params)


def _check_workflow_state(ctx: Context, doc: Document) -> str:
    """The state of a document under a workflow changes by its actions only. Answers the field of the state."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is None or not workflow.states:
        return ""
    old = doc.before.get(workflow.state_field, "") if doc.before else ""
    new = doc.get(workflow.state_field, "")
    first = workflow.states[0].state
    if workflow.state_field in doc.given and new != old and not (not old and new in ("", first)):
        raise WorkflowPermissionError(
            "Workflow State transition not allowed from {state} to {next}. Use one of the document's actions.",
            state=old or first,
            next=new,
            errors=[FieldError(workflow.state_field, "Use a workflow action.", "WorkflowPermissionError")],
        )
    status = doc.before.get("docstatus", 0) if doc.before else 0
    moves = {state.doc_status for state in workflow.states}
    if "docstatus" in doc.given and doc.get("docstatus", 0) != status and len(moves) > 1:
        raise WorkflowPermissionError(
            "{doctype} {name} is submitted or cancelled by the actions of its workflow.",
            doctype=doc.doctype,
            name=doc.get("name", ""),
        )
    return workflow.state_field


def coerce_standard(field: Field, value: Any, ctx: Context) -> Any:
    """A wire value for `field`, or ValidationError naming it: for single values outside a document's save."""
    try:
        return coerce(value, field, ctx.runtime.zone)
    except Refused as refusal:
        params = {"label": field.label or field.fieldname, **refusal.params}
        raise ValidationError(
            refusal.template,
            errors=[FieldError(field.fieldname, refusal.template, refusal.code, params=params)],
            **params,
        ) from None
