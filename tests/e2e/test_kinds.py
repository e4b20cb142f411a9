"""A form with a field of every type, in a real browser: each has a control, takes a value and gives it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

ROW = {
    "name": "Kind Row",
    "module": "CRM",
    "custom": 1,
    "istable": 1,
    "fields": [
        {"fieldname": "product", "label": "Product", "fieldtype": "Link", "options": "Product", "in_list_view": 1}
    ],
}
PLAIN = (
    "Data",
    "Small Text",
    "Text",
    "Long Text",
    "Int",
    "Float",
    "Currency",
    "Percent",
    "Duration",
    "Phone",
    "Barcode",
)
OTHERS = (
    "Text Editor", "Markdown Editor", "HTML Editor", "Code", "JSON", "Check", "Rating", "Date", "Datetime", "Time",
    "Attach", "Attach Image", "Image", "Signature", "Geolocation", "Color", "Icon", "Password", "Read Only", "Button",
    "HTML", "Heading",
)  # fmt: skip
WITH_OPTIONS = {
    "Select": "甲\n乙",
    "Autocomplete": "北京\n上海",
    "Link": "Customer",
    "Dynamic Link": "data",
    "Table": "Kind Row",
    "Table MultiSelect": "Kind Row",
    "HTML": "<b>ok</b>",
    "Image": "attach_image",
    "Code": "Python",
}
BREAKS = ("Section Break", "Column Break", "Tab Break", "Fold")


def fieldname(fieldtype: str) -> str:
    return fieldtype.lower().replace(" ", "_")


def definition() -> dict[str, object]:
    """All 43 field types; the fold stands last, as nothing may be hidden here."""
    types = [*PLAIN, *OTHERS, *(name for name in WITH_OPTIONS if name not in OTHERS), *BREAKS]
    fields = [
        {"fieldname": fieldname(name), "label": f"A {name}", "fieldtype": name, "options": WITH_OPTIONS.get(name)}
        for name in ("Tab Break", "Section Break", *(name for name in types if name not in BREAKS), "Column Break")
    ]
    tail = [
        {"fieldname": "tail", "label": "Tail", "fieldtype": "Data"},
        {"fieldname": "sum", "label": LONG_LABEL, "fieldtype": "Currency", "in_list_view": 1},
    ]
    rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
    whole = [
        *fields,
        *tail,
        {"fieldname": "fold", "label": "Fold", "fieldtype": "Fold"},
        {"fieldname": "last", "label": "Last", "fieldtype": "Section Break"},
        {"fieldname": "end", "label": "End", "fieldtype": "Data"},
    ]
    return {
        "name": "All Kinds",
        "module": "CRM",
        "custom": 1,
        "autoname": "prompt",
        "fields": whole,
        "permissions": rights,
    }


LONG_LABEL = "Sumofeverythingthatwaseverpaid" * 3 + "统一社会信用代码" * 5
POSITION = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
    '"geometry":{"type":"Point","coordinates":[121.4737,31.2304]}}]}'
)
FILLED: dict[str, tuple[str, object]] = {
    "Data": ("文本", "文本"),
    "Small Text": ("两\n行", "两\n行"),
    "Int": ("12,345", 12345),
    "Float": ("0.25", 0.25),
    "Currency": ("1,054.50", 1054.5),
    "Percent": ("12.5", 12.5),
    "Duration": ("1d 2h", 93600),
    "Phone": ("+86-138-0000-0101", "+86-138-0000-0101"),
    "Barcode": ("6901234567892", "6901234567892"),
    "Geolocation": ("31.2304, 121.4737", POSITION),
}


@pytest.fixture(scope="module")
def form(shop: Shop) -> str:
    with shop.served.client() as client:
        for body in (ROW, definition()):
            create(client, "DocType", **body)
    return "/app/all-kinds/new-all-kinds"


def control(page: Page, fieldtype: str) -> Locator:
    return page.locator(f'[data-fieldname="{fieldname(fieldtype)}"]')


def test_every_field_type_has_a_control(desk: Page, form: str) -> None:
    fields = definition()["fields"]
    assert isinstance(fields, list)
    assert len({field["fieldtype"] for field in fields}) == 43
    desk.goto(form)
    for name in (*PLAIN, *OTHERS, *WITH_OPTIONS):
        expect(
            control(desk, name)
            .locator("input, textarea, button, iframe, output, [role], img, h4, canvas, .field-value")
            .first,
            name,
        ).to_be_attached()


def test_values_come_back_as_they_were_typed(desk: Page, shop: Shop, form: str) -> None:
    """The name, too, which whoever makes such a document gives it."""
    desk.goto(form)
    desk.locator('[data-fieldname="name"] input').fill("样品 一")
    for name, (text, _) in FILLED.items():
        control(desk, name).locator("input, textarea").first.fill(text)
    desk.get_by_label("A Date", exact=True).fill("2026-11-22")
    desk.keyboard.press("Enter")
    desk.get_by_text("A Check", exact=True).click()
    desk.get_by_role("textbox", name="A Text Editor", exact=True).fill("富文本")
    control(desk, "Code").locator("[contenteditable=true]").fill("print(1)")
    desk.keyboard.press("Control+s")
    desk.wait_for_url(lambda url: "new-all-kinds" not in url)
    with shop.served.client() as client:
        stored = client.get(f"/api/resource/All Kinds/{desk.url.rsplit('/', 1)[1]}").json()["data"]
    assert {name: stored[fieldname(name)] for name in FILLED} == {name: value for name, (_, value) in FILLED.items()}
    assert stored["name"] == "样品 一"
    assert (stored["date"], stored["check"], stored["code"]) == ("2026-11-22", 1, "print(1)")
    assert "富文本" in stored["text_editor"]


def test_a_long_label_is_cut_or_broken_on_a_phone(phone: Page, shop: Shop, form: str) -> None:
    with shop.served.client() as client:
        create(client, "All Kinds", name="样品 二", sum=5)
    phone.set_viewport_size({"width": 360, "height": 780})
    for path in (form, "/app/all-kinds/样品 二", "/app/all-kinds?view=list"):
        phone.goto(path)
        expect(phone.get_by_text(LONG_LABEL, exact=True).filter(visible=True).first).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= screen.width"), path
