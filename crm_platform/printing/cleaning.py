"""What HTML may stay in a print-out: structure and looks, never scripts, forms, frames or foreign addresses."""

from __future__ import annotations

import nh3

STYLED = {"class", "style", "id", "title", "lang", "dir", "align", "valign", "width", "height"}
ATTRIBUTES = {
    "*": STYLED,
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
}
TAGS = (nh3.ALLOWED_TAGS - {"map", "area"}) | {"section", "main", "style", "font", "address", "tfoot", "thead"}
SCHEMES = {"data", "http", "https", "mailto", "tel"}


def clean(html: str) -> str:
    """Rendered HTML without anything active. Relative addresses stay: they name assets of the snapshot."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        clean_content_tags={"script"},
        link_rel=None,
    )


def clean_text(html: str) -> str:
    """Rich text that a person entered: as when it was saved."""
    return nh3.clean(html)
