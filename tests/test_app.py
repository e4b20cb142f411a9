"""The wired application: a document printed and a report taken as a file, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest

from crm_platform.app import create_application
from crm_platform.testing import TestSite
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.api_site import Api, Client
from support.printing import pages, require_pango


@pytest.fixture
def browser(sqlite_site: TestSite) -> Iterator[Client]:
    """A signed-in administrator with one opportunity."""
    sqlite_site.insert("Customer", customer_name="上海星河机电", customer_type="Company")
    api = Api(sqlite_site.site, create_application(sqlite_site.site))
    yield api.signed_in(password=ADMIN_PASSWORD)
    api.runner.close()


def test_a_document_is_printed_as_chinese_pdf(browser: Client) -> None:
    require_pango()
    name = browser.get("/api/resource/Customer").json()["data"][0]["name"]
    address = "/api/method/frappe.utils.print_format.download_pdf"
    query = {"doctype": "Customer", "name": name, "format": "Customer Profile", "_lang": "zh"}
    answer = browser.get(address, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert f'filename="{name}.pdf"' in answer.headers["content-disposition"]
    assert "上海星河机电" in pages(answer.content)[0]


def test_a_page_for_printing_may_run_nothing(browser: Client) -> None:
    name = browser.get("/api/resource/Customer").json()["data"][0]["name"]
    answer = browser.get("/printview", params={"doctype": "Customer", "name": name})
    assert "上海星河机电" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    refused = browser.get("/printview", params={"doctype": "Customer", "name": name, "format": "../x"})
    assert refused.status_code == 417


def test_a_report_is_run_and_taken_as_a_file(browser: Client) -> None:
    answer = browser.post("/api/method/frappe.desk.query_report.run", json={"report_name": "Opportunities by Stage"})
    assert [column["label"] for column in answer.json()["message"]["columns"]][1:] == ["Opportunities", "Amount"]
    query = {"report_name": "Opportunities by Stage", "file_format_type": "Excel"}
    file = browser.get("/api/method/frappe.desk.query_report.export_query", params=query)
    sheet = openpyxl.load_workbook(BytesIO(file.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][1:] == ["Opportunities", "Amount"]
