"""Attacks of group F in a real browser: whatever people store, a page never runs it. The canary is a function that
must not be called; the policy of the page keeps scripts out, and nothing even gets so far that it has to."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.markup import CALL, payloads
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

CANARY = "window.sung = []; window.canary = (what) => window.sung.push(what)"
PAGE = {
    "name": "Hostile Page",
    "module": "CRM",
    "custom": 1,
    "autoname": "hash",
    "title_field": "title",
    "fields": [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data", "in_list_view": 1},
        {"fieldname": "site", "label": "Site", "fieldtype": "Data", "options": "URL"},
        {"fieldname": "body", "label": "Body", "fieldtype": "Text Editor"},
        {"fieldname": "shown", "label": "Shown", "fieldtype": "Text Editor", "read_only": 1},
        {"fieldname": "note", "label": "Note", "fieldtype": "Small Text", "in_list_view": 1},
        {"fieldname": "image", "label": "Image", "fieldtype": "Attach Image"},
    ],
    "permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "print": 1}],
}
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{CALL}"><script>{CALL}</script></svg>'


@pytest.fixture
def watched(desk: Page) -> Page:
    """A page with a canary in every document that it opens, frames included."""
    desk.context.add_init_script(CANARY)
    return desk


@pytest.fixture(scope="module")
def hostile(shop: Shop) -> str:
    """A document whose every field holds mark-up of attackers, with comments and an attachment of that kind."""
    with shop.served.client() as client:
        client.post("/api/resource/DocType", json=PAGE).raise_for_status()
        every = payloads()
        values: dict[str, Any] = {"title": every[0], "note": "\n".join(every[:20]), "body": "".join(every)}
        name = str(create(client, "Hostile Page", **values)["name"])
        for text in every[:3]:
            comment = {"reference_doctype": "Hostile Page", "reference_name": name, "content": text}
            create(client, "Comment", comment_type="Comment", **comment)
        attached = {"doctype": "Hostile Page", "docname": name, "is_private": "1"}
        files = {"file": ("picture.svg", SVG, "image/svg+xml")}
        client.post("/api/method/upload_file", data=attached, files=files).raise_for_status()
        return name


def sung(page: Page) -> int:
    """How often the canary was called in the page and its frames."""
    return sum(int(frame.evaluate("(window.sung ?? []).length")) for frame in page.frames)


def test_F02_rich_text_and_comments_run_nothing(watched: Page, hostile: str) -> None:
    assert len(payloads()) > 300
    watched.goto(f"/app/hostile-page/{hostile}")
    expect(watched.get_by_role("textbox", name="Body")).to_be_visible()
    expect(watched.locator(".entries")).to_be_visible()
    assert sung(watched) == 0
    assert watched.locator("article script, article iframe[srcdoc], article [onerror], article [onload]").count() == 0
