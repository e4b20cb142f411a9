"""The site's Print Settings, with the defaults of their DocType where nobody has saved them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_platform.documents.context import Context

PRINT_SETTINGS = "Print Settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """Frappe Print Settings, as far as they shape a print-out."""

    page_size: str
    page_width: float
    page_height: float
    letterhead: str
    drafts: bool
    cancelled: bool
    draft_heading: bool
    font: str
    font_size: float


def print_settings(ctx: Context) -> Settings:
    """Read as the system: they are the site's, whoever prints."""
    stored = ctx.as_system().store.get(PRINT_SETTINGS, PRINT_SETTINGS)

    def value(fieldname: str) -> Any:
        field = stored.meta.by_name[fieldname]
        found = stored[fieldname]
        return field.default if found is None else found

    return Settings(
        page_size=value("pdf_page_size") or "A4",
        page_width=float(value("pdf_page_width") or 0),
        page_height=float(value("pdf_page_height") or 0),
        letterhead=value("letter_head") or "",
        drafts=bool(int(value("allow_print_for_draft") or 0)),
        cancelled=bool(int(value("allow_print_for_cancelled") or 0)),
        draft_heading=bool(int(value("add_draft_heading") or 0)),
        font=value("font") or "",
        font_size=float(value("font_size") or 0),
    )
