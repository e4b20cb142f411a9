"""HTML of mail from outside: structure and looks stay; scripts, forms, frames and pictures from elsewhere go."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import nh3

from crm_platform.documents.costly_html import is_costly

CID = "cid:"
OURS = "/private/files/"
SCHEMES = {"http", "https", "mailto", "tel", "cid"}


def clean(html: str) -> str:
    """Pictures of the mail itself stay by their `cid:` address; others would tell their server who reads it.

    What would take long to clean is shown as its source.
    """
    if is_costly(html):
        return escape(html)
    return nh3.clean(html, url_schemes=SCHEMES, attribute_filter=_own_pictures).strip()


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    outside = tag == "img" and attribute == "src" and not value.lower().startswith(CID)
    return None if outside else value


def with_pictures(html: str, urls: Mapping[str, str]) -> str:
    """The cleaned HTML with the pictures of the mail where they were put: Content-ID → address of a file."""

    def placed(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return urls.get(value[len(CID) :])
        return value

    return nh3.clean(html, url_schemes=SCHEMES, attribute_filter=placed)
