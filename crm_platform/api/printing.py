"""A document on paper: /printview as a page and download_pdf as a file."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from crm_platform.api.arguments import bind, parameters_of
from crm_platform.api.call import Call
from crm_platform.api.methods import ShellMethod
from crm_platform.api.replies import disposition
from crm_platform.printing.snapshot import Snapshot


async def printview(call: Call) -> Response:
    """The print-out as HTML, in a page that may run nothing."""
    found = await snapshot(call, **bind("printview", PARAMETERS, call.arguments))
    return HTMLResponse(await call.site.services.printing.html(found))


async def download_pdf(
    call: Call, doctype: str, name: str, format: str = "", no_letterhead: bool = False, page_size: str = ""
) -> Response:
    """The print-out as PDF (frappe.utils.print_format.download_pdf); `page_size` is A4, Letter… of Print Settings."""
    found = await snapshot(call, doctype, name, format, no_letterhead=no_letterhead, page_size=page_size)
    content = await call.site.services.printing.pdf(found)
    headers = {"content-disposition": disposition("inline", f"{found.name}.pdf")}
    return Response(content, media_type="application/pdf", headers=headers)


async def snapshot(
    call: Call, doctype: str, name: str, format: str = "", no_letterhead: bool = False, page_size: str = ""
) -> Snapshot:
    """What the caller may print of the document, in the language that the address asks for or the format's own."""
    printing = call.site.services.printing
    language, letterhead = call.scope.asked_language, not no_letterhead
    return await call.read(
        lambda ctx: printing.snapshot(
            ctx, doctype, name, print_format=format, language=language, letterhead=letterhead, page_size=page_size
        )
    )


PARAMETERS = parameters_of(snapshot)

METHODS = (ShellMethod("frappe.utils.print_format.download_pdf", download_pdf, produces="application/pdf"),)
