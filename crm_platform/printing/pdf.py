"""HTML to PDF by WeasyPrint, inside a worker; only data: addresses are fetched."""

from __future__ import annotations

from typing import Any

from crm_platform.printing.faults import Fault

MISSING = (
    "PDF needs the library Pango, which this machine lacks. On Debian: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk"
)

NOWHERE = "http://document.invalid/"
"""What relative addresses belong to, so that they are refused like others."""


def pdf(html: str) -> tuple[bytes, list[str]]:
    """The document, and the addresses that were refused. Raises Fault when Pango is missing."""
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
    document = weasyprint.HTML(string=html, base_url=NOWHERE, url_fetcher=fetcher, media_type="print")
    return document.write_pdf(presentational_hints=True, pdf_tags=True), refused
