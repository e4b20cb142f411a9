"""Print services for tests, what is in a PDF, and hostile templates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2

from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.documents.document import Document
from crm_platform.files.attachments import Files, Upload
from crm_platform.files.storage import Storage
from crm_platform.printing.limits import Limits
from crm_platform.printing.service import Printing
from crm_platform.printing.snapshot import Snapshot
from crm_platform.printing.taking import Sources, Wish, take
from crm_platform.testing import TestSite
from support.requirements import require_library

PANGO = (("libpango-1.0.so.0", "libpango-1.0-0"), ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"))


def require_pango() -> None:
    for library, package in PANGO:
        require_library(library, package=package)


def files_of(site: TestSite) -> Files:
    return Files(Storage(site.site.folder.files))


def sources_of(site: TestSite) -> Sources:
    return Sources(files_of(site), site.site.catalogues.messages, lambda: site.site.hooks)


@contextmanager
def printing(sources: Sources, limits: Limits | None = None, workers: int = 1) -> Iterator[Printing]:
    """A print service, stopped in the end."""
    service = Printing(sources, limits or Limits(), workers)
    try:
        yield service
    finally:
        service.close()


def snapshot(site: TestSite, doctype: str, name: str, user: str = ADMINISTRATOR, **wish: Any) -> Snapshot:
    """What `user` may print of a document."""
    return site.read(lambda ctx: take(ctx, sources_of(site), Limits(), doctype, name, Wish(**wish)), user)


def attach(site: TestSite, upload: Upload) -> Document:
    """Store a file and its document as the Administrator."""
    files = files_of(site)
    stored = files.store(upload)
    return site.write(lambda ctx: files.record(ctx, upload, stored))


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        texts.append(text.get_text_bounded())
        text.close()
        page.close()
    document.close()
    return texts


def own_format(site: TestSite, doctype: str, html: str, css: str = "", name: str = "Test Format") -> str:
    """A Print Format of the site."""
    site.insert("Print Format", name=name, doc_type=doctype, html=html, css=css, standard="No")
    return name
