"""Attacks of group F in a real browser: whatever people store, a page never runs it. The canary is a function that
must not be called; the policy of the page keeps scripts out, and nothing even gets so far that it has to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from support.browser import Complaints
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


def test_F02_the_browser_cleans_what_a_server_did_not(watched: Page, hostile: str, complaints: Complaints) -> None:
    """The answer is replaced by one that nobody cleaned: the second line of defence stands alone."""
    # Chromium names handlers already while they are parsed for cleaning, in a document of its own that runs nothing.
    complaints.expect("Executing inline event handler violates")

    def uncleaned(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        document["data"] |= {"body": "".join(payloads()), "shown": "".join(payloads()), "title": payloads()[10]}
        route.fulfill(response=answer, body=json.dumps(document))

    watched.route(f"**/api/resource/Hostile%20Page/{hostile}", uncleaned)
    watched.goto(f"/app/hostile-page/{hostile}")
    expect(watched.get_by_role("textbox", name="Body")).to_be_visible()
    assert sung(watched) == 0
    assert watched.locator("article a[href^='javascript' i], article [onerror], article [onload]").count() == 0


def test_F03_an_address_that_is_a_script_is_no_link(watched: Page, hostile: str) -> None:
    def evil(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        document["data"] |= {"site": "javascript:canary(1)", "image": "javascript:canary(1)"}
        route.fulfill(response=answer, body=json.dumps(document))

    watched.route(f"**/api/resource/Hostile%20Page/{hostile}", evil)
    watched.goto(f"/app/hostile-page/{hostile}")
    expect(watched.get_by_label("Site")).to_have_value("javascript:canary(1)")
    assert watched.locator("[href^='javascript' i], [src^='javascript' i]").count() == 0
    assert sung(watched) == 0


def test_F04_lists_and_the_palette_show_mark_up_as_text(watched: Page, hostile: str) -> None:
    watched.goto("/app/hostile-page")
    expect(watched.get_by_role("link", name="<script>").first).to_be_visible()
    watched.keyboard.press("Control+k")
    watched.get_by_role("dialog").get_by_role("combobox").fill("script")
    expect(watched.get_by_role("option").first).to_be_visible()
    assert sung(watched) == 0


def test_F01_an_attached_picture_with_a_script_runs_nothing(watched: Page, shop: Shop, hostile: str) -> None:
    with shop.served.client() as client:
        filters = json.dumps([["attached_to_name", "=", hostile]])
        query = {"filters": filters, "fields": '["file_url"]'}
        (file,) = client.get("/api/resource/File", params=query).json()["data"]
    watched.goto("/app")
    with watched.expect_download():
        watched.evaluate("address => { location.href = address }", file["file_url"])
    assert sung(watched) == 0


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "javascript:canary(1)", "/\\evil.example"]
)
def test_F08_after_the_sign_in_nobody_leads_elsewhere(stranger: Page, shop: Shop, target: str) -> None:
    stranger.context.add_init_script(CANARY)
    stranger.goto(f"/login?next={target}")
    stranger.get_by_label("E-mail or user name").fill("Administrator")
    stranger.get_by_role("textbox", name="Password").fill("admin")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("button", name="Menu of Administrator")).to_be_visible()
    assert stranger.url == f"{shop.served.url}/app"
