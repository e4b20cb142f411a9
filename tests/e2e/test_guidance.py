"""What the interface says and offers unasked, in a real browser."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import Complaints, intercept, opened
from support.served import create
from support.shop import Shop, storage_of

pytestmark = pytest.mark.e2e

PASSWORD = "Lange-Strasse-9-Apfel"
PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """A site with a clerk who only reads customers."""
    with own_shop.served.client() as client:
        create(client, "Role", role_name="Clerk", desk_access=1)
        create(client, "Custom DocPerm", parent="Customer", role="Clerk", read=1)
        create(client, "User", email="clerk@example.com", first_name="Clerk", user_type="System User", enabled=1,
               roles=[{"role": "Clerk"}], new_password=PASSWORD)  # fmt: skip
    return own_shop


@pytest.fixture
def clerk(browser: Browser, shop: Shop, complaints: Complaints) -> Iterator[Page]:
    """A page of somebody with few rights."""
    session = shop.served.session("clerk@example.com", PASSWORD)
    with opened(browser, shop.served.url, storage_state=storage_of(session)) as context:
        page = context.new_page()
        complaints.listen(page)
        yield page


def test_a_picture_stands_for_a_record(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        sent = {"doctype": "Customer", "docname": shop.customer, "is_private": "1"}
        answer = client.post("/api/method/upload_file", data=sent, files={"file": ("logo.png", PIXEL, "image/png")})
        url = answer.json()["message"]["file_url"]
        client.put(f"/api/resource/Customer/{shop.customer}", json={"image": url}).raise_for_status()
    desk.goto("/app/customer")
    row = desk.get_by_role("row").filter(has_text="上海钢铁集团")
    expect(row.locator("img.record-image")).to_have_js_property("naturalWidth", 1)
    expect(desk.locator("tbody .avatar").first).to_be_visible()
    desk.goto(f"/app/customer/{shop.customer}")
    expect(desk.locator(".form-header img.record-image")).to_have_js_property("naturalWidth", 1)


def test_who_may_not_create_or_shape_is_told_so(clerk: Page) -> None:
    asked: list[str] = []
    clerk.on("request", lambda request: asked.append(request.url))
    clerk.goto("/app/customer/new-customer")
    expect(clerk.get_by_role("heading", name="You cannot create Customer", exact=True)).to_be_visible()
    clerk.goto("/app/studio/doctype/Customer")
    expect(clerk.get_by_role("heading", name="The studio is for administrators", exact=True)).to_be_visible()
    assert clerk.url.endswith("/app/studio/doctype/Customer")
    assert not [url for url in asked if "crm.studio" in url]
    clerk.get_by_role("link", name="Go to the start page", exact=True).click()
    expect(clerk).to_have_url(f"{clerk.url.partition('/app')[0]}/app")


def test_administrators_see_that_a_pack_is_missing(desk: Page) -> None:
    state = {"safe_mode": True, "missing": [{"pack": "trial", "reason": "Pack trial is enabled but not installed."}]}
    intercept(desk).route("**/crm.pack.state*", lambda route: route.fulfill(json={"message": state}))
    desk.goto("/app")
    expect(desk.get_by_text("Pack trial is enabled but not installed.", exact=True)).to_be_visible()
    expect(desk.get_by_text("Safe mode", exact=True)).to_be_visible()


def test_many_records_are_printed_in_the_background(desk: Page, shop: Shop) -> None:
    with shop.served.client() as client:
        for number in range(51):
            create(client, "Territory", territory_name=f"片区 {number:02}")
        total = client.get("/api/method/frappe.client.get_count", params={"doctype": "Territory"}).json()["message"]
    desk.goto("/app/territory?view=list")
    expect(desk.get_by_text(f"50 of {total}", exact=True)).to_be_visible()
    desk.get_by_role("button", name="Show more", exact=True).click()
    expect(desk.get_by_text(f"{total} of {total}", exact=True)).to_be_visible()
    desk.get_by_role("checkbox", name="Select all rows", exact=True).check()
    desk.get_by_role("toolbar", name="Selected rows", exact=True).get_by_role(
        "button", name="Print", exact=True
    ).click()
    dialog = desk.get_by_role("dialog", name=f"Print {total} records", exact=True)
    dialog.get_by_role("button", name="Print", exact=True).click()
    expect(dialog.get_by_text(f"{total} records are printed.", exact=True)).to_be_visible(timeout=120_000)
    with desk.expect_download() as download:
        dialog.get_by_role("link", name="Download", exact=True).click()
    with ZipFile(BytesIO(download.value.path().read_bytes())) as archive:
        assert archive.namelist() == ["Territory 1-50.pdf", f"Territory 51-{total}.pdf"]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
