"""/printview and download_pdf: a snapshot under the caller's rights, the rest outside of any transaction."""

from __future__ import annotations

import json

import pytest

from support.api_site import Api, create

PDF = "/api/method/frappe.utils.print_format.download_pdf"
PDFS = "/api/method/frappe.utils.print_format.download_multi_pdf"


@pytest.fixture(scope="module")
def name(api: Api) -> str:
    return str(create(api.admin, "Bench Customer", {"customer_name": "打印"})["name"])


def test_a_preview_is_a_page_that_may_run_nothing(api: Api, name: str) -> None:
    answer = api.desk.get("/printview", params={"doctype": "Bench Customer", "name": name})
    assert answer.text == f"<p>Bench Customer {name} Standard  True</p>"
    assert answer.headers["content-type"].startswith("text/html")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_pdf_is_named_after_its_document(api: Api, name: str) -> None:
    asked = {"doctype": "Bench Customer", "name": name, "format": "报价单", "no_letterhead": "1", "_lang": "zh-CN"}
    answer = api.admin.get(PDF, params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == f"%PDF-1.7\nBench Customer {name} 报价单 zh False".encode()
    assert f'filename="{name}.pdf"' in answer.headers["content-disposition"]


@pytest.mark.parametrize("url", ["/printview", PDF])
def test_what_cannot_be_read_cannot_be_printed(api: Api, url: str) -> None:
    asked = {"doctype": "Bench Customer", "name": "NOPE"}
    assert api.admin.get(url, params=asked).status_code == 404
    assert api.admin.get(url, params={"doctype": "Bench Customer"}).status_code == 417
    assert api.guest.get(url, params=asked).status_code == 403


def test_the_address_chooses_the_sheet(api: Api, name: str) -> None:
    asked = {"doctype": "Bench Customer", "name": name, "page_size": "Letter", "letterhead": "华东"}
    assert api.admin.get("/printview", params=asked).text.endswith("华东 Letter</p>")
    assert api.admin.get(PDF, params=asked).content.decode().endswith("华东 Letter")


def test_several_documents_are_one_pdf(api: Api, name: str) -> None:
    other = str(create(api.admin, "Bench Customer", {"customer_name": "第二个"})["name"])
    asked = {"doctype": "Bench Customer", "name": json.dumps([name, other]), "format": "报价单", "_lang": "zh-CN"}
    answer = api.admin.get(PDFS, params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    lines = answer.content.decode().splitlines()[1:]
    assert lines == [f"Bench Customer {one} 报价单 zh True" for one in (name, other)]


@pytest.mark.parametrize(
    ("names", "status"), [('["NOPE"]', 404), ("[]", 417), ("x", 417), ("[1]", 417), (json.dumps(["a"] * 51), 417)]
)
def test_a_list_that_cannot_be_printed_prints_nothing(api: Api, names: str, status: int) -> None:
    assert api.admin.get(PDFS, params={"doctype": "Bench Customer", "name": names}).status_code == status


def test_a_format_under_work_is_tried_by_its_values(api: Api) -> None:
    name = create(api.admin, "Bench Customer", {"customer_name": "试印"})["name"]
    asked = {"doctype": "Bench Customer", "name": name, "print_format": {"html": "<b>新</b>"}, "language": "zh"}
    path = "/api/method/crm.print.preview"
    shown = api.admin.post(path, json=asked).json()["message"]["html"]
    assert f"Bench Customer {name} <b>新</b> zh True" in shown
    hidden = api.admin.post(path, json={**asked, "letterhead": "Hide"}).json()["message"]["html"]
    assert " zh False" in hidden
    pdf = api.admin.post(path, json={**asked, "pdf": True})
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert api.guest.post(path, json=asked).status_code == 403
    assert api.admin.get(path, params={**asked, "print_format": "{}"}).status_code == 405, (
        "no link opens somebody's own"
    )
    assert api.admin.post(path, json={**asked, "name": "BC-99999"}).status_code == 404
