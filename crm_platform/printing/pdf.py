"""HTML to PDF by WeasyPrint, inside a worker; only data: addresses are fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_platform.printing.faults import Fault

MISSING = (
    "PDF needs the library Pango, which this machine lacks. On Debian: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk"
)

NOWHERE = "http://document.invalid/"
"""What relative addresses belong to, so that they are refused like others."""


def pdf(pages: Sequence[str]) -> tuple[bytes, list[str]]:
    """One document of these pages of HTML, and the addresses that were refused. Raises Fault when Pango is missing."""
    try:
        import weasyprint  # noqa: PLC0415 takes over a second and belongs to workers only
    except OSError:
        raise Fault(MISSING, "missing") from None
    refused: list[str] = []

    class DataOnly(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url[:5].lower() != "data:":
                refused.append(url[:200])
                raise ValueError("only data: addresses are fetched")
            return super().fetch(url, headers)

    fetcher = DataOnly(allowed_protocols=["data"], allow_redirects=False)
    options = {"base_url": NOWHERE, "url_fetcher": fetcher, "media_type": "print"}
    parts = [weasyprint.HTML(string=html, **options).render(presentational_hints=True, pdf_tags=True) for html in pages]
    whole = parts[0].copy([page for part in parts for page in part.pages])
    return whole.write_pdf(presentational_hints=True, pdf_tags=True), refused
