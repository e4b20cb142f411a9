"""Reports: which there are, what one asks for (crm.report.*), its rows and its file (frappe.desk.query_report.*)."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from crm_platform.api.call import Call
from crm_platform.api.desk_reportview import FILE_KINDS
from crm_platform.api.methods import ApiMethod, ShellMethod
from crm_platform.api.replies import attachment
from crm_platform.errors import ValidationError
from crm_platform.reports.catalogue import report, reports
from crm_platform.reports.mailing.sending import send_now
from crm_platform.reports.methods import export_report, preview_report, run_report


async def export_query(
    call: Call, report_name: str, filters: dict[str, Any] | None = None, file_format_type: str = "Excel"
) -> Response:
    """The rows of a report as a csv or xlsx file; needs the right to export."""
    if file_format_type not in FILE_KINDS:
        raise ValidationError("file_format_type must be one of {kinds}.", kinds=", ".join(FILE_KINDS))
    extension, media_type = FILE_KINDS[file_format_type]
    table = await call.read(lambda ctx: export_report(ctx, report_name, filters))
    content = await asyncio.to_thread(call.site.services.export.write, table.labels, table.rows, extension)
    await call.scope.write(lambda ctx: ctx.audit("Exported", "Report", report_name, rows=len(table.rows)))
    return attachment(content, media_type, f"{report_name}.{extension}")


METHODS = (
    ApiMethod("frappe.email.doctype.auto_email_report.auto_email_report.send_now", send_now, writes=True),
    ApiMethod("crm.report.list", reports),
    ApiMethod("crm.report.get", report),
    ApiMethod("crm.report.preview", preview_report),
    ApiMethod("frappe.desk.query_report.run", run_report),
    ShellMethod("frappe.desk.query_report.export_query", export_query, produces="*/*"),
)
