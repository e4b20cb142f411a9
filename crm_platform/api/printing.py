"""Documents on paper: /printview as a page, download_pdf and download_multi_pdf as a file; formats under work."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import HTMLResponse, Response

from crm_platform.api.arguments import bind, parameters_of
from crm_platform.api.call import Call
from crm_platform.api.methods import ShellMethod
from crm_platform.api.replies import disposition, method_response
from crm_platform.errors import ValidationError
from crm_platform.printing.snapshot import Snapshot

NO_LETTERHEAD = "Hide"
MOST = 50
"""Documents in one PDF: more would keep others waiting for their print-outs."""


async def printview(call: Call) -> Response:
    """The print-out as HTML, in a page that may run nothing."""
    found = await snapshot(call, **bind("printview", PARAMETERS, call.arguments))
    return HTMLResponse(await call.site.services.printing.html(found))


async def download_pdf(
    call: Call,
    doctype: str,
    name: str,
    format: str = "",
    no_letterhead: bool = False,
    page_size: str = "",
    letterhead: str = "",
) -> Response:
    """The print-out as PDF (frappe.utils.print_format.download_pdf); `page_size` is A4, Letter… of Print Settings,
    `letterhead` a Letter Head in place of the usual one."""
    found = await snapshot(call, doctype, name, format, no_letterhead, page_size, letterhead)
    content = await call.site.services.printing.pdf(found)
    headers = {"content-disposition": disposition("inline", f"{found.name}.pdf")}
    return Response(content, media_type="application/pdf", headers=headers)


async def download_multi_pdf(
    call: Call,
    doctype: str,
    name: list[Any] | str,
    format: str = "",
    no_letterhead: bool = False,
    page_size: str = "",
    letterhead: str = "",
) -> Response:
    """The print-outs of several documents as one PDF (frappe.utils.print_format.download_multi_pdf).

    `name` is a list, or JSON of one; each document must be one that the caller may print.
    """
    names = _names(name)
    found = [await snapshot(call, doctype, one, format, no_letterhead, page_size, letterhead) for one in names]
    headers = {"content-disposition": disposition("inline", f"{doctype}.pdf")}
    return Response(await call.site.services.printing.book(found), media_type="application/pdf", headers=headers)


def _names(given: list[Any] | str) -> list[str]:
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        found = None
    if not isinstance(found, list) or not 0 < len(found) <= MOST or not all(isinstance(one, str) for one in found):
        raise ValidationError("Name 1 to {limit} documents that are printed together.", limit=MOST)
    return found


async def snapshot(
    call: Call,
    doctype: str,
    name: str,
    format: str = "",
    no_letterhead: bool = False,
    page_size: str = "",
    letterhead: str = "",
) -> Snapshot:
    """What the caller may print of the document, in the language that the address asks for or the format's own."""
    printing = call.site.services.printing
    language, head = call.scope.asked_language, not no_letterhead and (letterhead or True)
    return await call.read(
        lambda ctx: printing.snapshot(
            ctx, doctype, name, print_format=format, language=language, letterhead=head, page_size=page_size
        )
    )


async def preview(
    call: Call,
    doctype: str,
    name: str,
    print_format: dict[str, Any],
    letterhead: str = "",
    language: str = "",
    pdf: bool = False,
) -> Response:
    """The print-out of a document by a Print Format that is not stored, as HTML in `html` or as a PDF file.

    `print_format` are its values; the caller must be allowed to change print formats and to print the document.
    `letterhead` is a Letter Head, "Hide" for none. Raises as printing does, naming the line of a mistake.
    """
    services = call.site.services
    spoken = services.negotiate(language) if language else ""
    head = False if letterhead == NO_LETTERHEAD else letterhead or True
    found = await call.read(
        lambda ctx: services.printing.trial(ctx, doctype, name, print_format, language=spoken, letterhead=head)
    )
    if not pdf:
        return method_response({"html": await services.printing.html(found)}, call.style)
    headers = {"content-disposition": disposition("inline", f"{found.name}.pdf")}
    return Response(await services.printing.pdf(found), media_type="application/pdf", headers=headers)


PARAMETERS = parameters_of(snapshot)

METHODS = (
    ShellMethod("crm.print.preview", preview, verbs=("POST",)),
    ShellMethod("frappe.utils.print_format.download_pdf", download_pdf, produces="application/pdf"),
    ShellMethod("frappe.utils.print_format.download_multi_pdf", download_multi_pdf, produces="application/pdf"),
)
