"""frappe.desk.reportview.*: the list view's rows, their number, and their export."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from crm_platform.api.call import Call
from crm_platform.api.client_methods import get_count
from crm_platform.api.definitions import doctype_of
from crm_platform.api.methods import ApiMethod, ShellMethod
from crm_platform.api.parameters import ListQuery, list_query
from crm_platform.api.replies import attachment
from crm_platform.documents.context import Context
from crm_platform.errors import PermissionError, ValidationError

FILE_KINDS = {
    "CSV": ("csv", "text/csv; charset=utf-8"),
    "Excel": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def get(  # noqa: PLR0913, PLR0917 the parameters of Frappe's list view
    ctx: Context,
    doctype: str,
    fields: Any = None,
    filters: Any = None,
    or_filters: Any = None,
    order_by: Any = None,
    group_by: Any = None,
    start: Any = None,
    page_length: Any = None,
) -> Any:
    """Rows as arrays under their keys; no row at all is an empty list, as in Frappe."""
    query = list_query(
        {
            "fields": fields,
            "filters": filters,
            "or_filters": or_filters,
            "order_by": order_by,
            "group_by": group_by,
            "limit_start": start,
            "limit_page_length": page_length,
        }
    )
    rows = query.run(ctx, doctype)
    if not rows:
        return []
    return {"keys": list(rows[0]), "values": [list(row.values()) for row in rows], "user_info": {}}


async def export_query(call: Call, doctype: str, file_format_type: str = "CSV") -> Response:
    """The rows of a list as a csv or xlsx file; needs the right to export."""
    sent = call.arguments
    if file_format_type not in FILE_KINDS:
        raise ValidationError("file_format_type must be one of {kinds}.", kinds=", ".join(FILE_KINDS))
    extension, media_type = FILE_KINDS[file_format_type]
    query = list_query({**sent, "limit_page_length": sent.get("page_length") or 0, "limit_start": sent.get("start")})
    columns, rows = await call.read(lambda ctx: _exported(ctx, doctype, query))
    content = call.site.services.export.write(columns, rows, extension)
    await call.scope.write(lambda ctx: ctx.audit("Exported", doctype, rows=len(rows), columns=columns))
    return attachment(content, media_type, f"{doctype}.{extension}")


def _exported(ctx: Context, doctype: str, query: ListQuery) -> tuple[list[str], list[list[Any]]]:
    meta = doctype_of(ctx, doctype)
    if not ctx.policy.allows(meta, "export"):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=doctype, action="export")
    rows = ctx.store.list(doctype, **query.keywords)
    keys = list(rows[0]) if rows else list(query.keywords["fields"])
    labels = [field.label if (field := meta.field(key)) and field.label else key for key in keys]
    return [ctx._(label) for label in labels], [list(row.values()) for row in rows]


METHODS = (
    ApiMethod("frappe.desk.reportview.get", get),
    ApiMethod("frappe.desk.reportview.get_count", get_count),
    ShellMethod("frappe.desk.reportview.export_query", export_query, produces="*/*"),
)
