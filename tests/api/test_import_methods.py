"""crm.transfer.*: from an uploaded file through its columns and a rehearsal to the import and back again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_platform.access.keys import generate_keys
from crm_platform.app import create_application, create_worker
from crm_platform.testing import TestSite, make_site
from support.api_site import Api, Client
from support.sabotage import defended_by, nothing

CLERK, OTHER = "clerk@example.com", "other@example.com"
METHOD = "/api/method/crm.transfer."
CSV = "customer_name,客户类型,Weight\n上海公司,Company,1\nAcme,Nonsense,2\n"
MAPPING = {
    "key": ["customer_name"],
    "columns": {"customer_name": {"field": "customer_name"}, "客户类型": {"field": "customer_type"}},
    "ignore": ["Weight"],
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[tuple[Api, TestSite]]:
    made = make_site(tmp_path_factory.mktemp("imports") / "site", template=site_template)
    api = Api(made.site, create_application(made.site))
    for user, role in ((CLERK, "System Manager"), (OTHER, "Sales User")):
        made.user(user, role)
        secret = made.write(lambda ctx, user=user: generate_keys(ctx, user))  # type: ignore[misc]
        api.keys[user] = f"{made.get('User', user).api_key}:{secret}"
    yield api, made
    api.runner.close()
    made.site.close()


def upload(client: Client, text: str = CSV, name: str = "客户.csv") -> str:
    answer = client.post("/api/method/upload_file", files={"file": (name, text.encode(), "text/csv")})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["message"]["file_url"])


def call(client: Client, method: str, **arguments: Any) -> Any:
    answer = client.post(METHOD + method, json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def result(api: Api, site: TestSite, job: str) -> dict[str, Any]:
    """Do the work, and tell what came of the job."""
    while create_worker(site.site).run_once():
        pass
    found = api.client(CLERK).get("/api/method/crm.jobs.get", params={"job": job}).json()["message"]
    assert found["state"] == "done", found["error"]
    answer: dict[str, Any] = found["result"]
    return answer


def test_a_file_shows_its_columns_and_what_they_name(office: tuple[Api, TestSite]) -> None:
    api, _ = office
    client = api.client(CLERK)
    shown = call(client, "columns", doctype="Customer", file_url=upload(client))
    assert [(one["column"], one["field"]) for one in shown["columns"]] == [
        ("customer_name", "customer_name"),
        ("客户类型", "customer_type"),
        ("Weight", None),
    ]
    assert "Weight is no field" in shown["columns"][2]["reason"]
    assert shown["rows"][0] == ["上海公司", "Company", "1"]


def test_a_rehearsal_an_import_and_the_way_back(office: tuple[Api, TestSite]) -> None:
    api, site = office
    client = api.client(CLERK)
    order = {"doctype": "Customer", "file_url": upload(client), "mapping": MAPPING}
    rehearsed = result(api, site, call(client, "import", **order, dry_run=1)["job"])
    assert (rehearsed["inserted"], rehearsed["refused"], rehearsed["data_import"]) == (1, 1, "")
    (bad,) = rehearsed["bad"]
    assert (bad["row"], bad["column"]) == (3, "客户类型")
    assert total(client, "Customer") == 0
    imported = result(api, site, call(client, "import", **order)["job"])
    assert (imported["inserted"], imported["refused"], total(client, "Customer")) == (1, 1, 1)
    undone = result(api, site, call(client, "undo", data_import=imported["data_import"])["job"])
    assert (undone["removed"], undone["kept"], total(client, "Customer")) == (1, [], 0)


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "应为以下之一"), ("en", "should be one of")])
def test_reasons_are_told_in_the_language_that_asked(office: tuple[Api, TestSite], language: str, said: str) -> None:
    api, site = office
    client = api.client(CLERK, **{"Accept-Language": language})
    order = {"doctype": "Customer", "file_url": upload(client), "mapping": MAPPING, "dry_run": True}
    refused = result(api, site, call(client, "import", **order)["job"])
    assert said in refused["bad"][0]["reason"]


SPELT = """姓名,Type of Customer,territory,sector
上海公司,公司,Cina,SaaS
Acme,individual,China,Sofware
Beta,??,China,Software
"""


def test_columns_and_values_get_suggestions(office: tuple[Api, TestSite]) -> None:
    api, site = office
    client = api.client(CLERK)
    site.insert("Territory", territory_name="China")
    file = upload(client, SPELT, "拼写.csv")
    other = upload(client, "Customer-name,customertype,Type of it\na,b,c\n", "列.csv")
    shown = call(client, "columns", doctype="Customer", file_url=other)["columns"]
    assert [(one["field"], one["guess"]) for one in shown] == [
        (None, "customer_name"),
        (None, "customer_type"),
        (None, None),
    ]
    columns = {
        "姓名": {"field": "customer_name"},
        "Type of Customer": {"field": "customer_type"},
        "territory": {"field": "territory"},
        "sector": {"field": "industry"},
    }
    mapping = {"key": ["customer_name"], "columns": columns}
    found = call(client, "values", doctype="Customer", file_url=file, mapping=mapping)
    unknown = {one["field"]: {u["value"]: u["suggestion"] for u in one["unknown"]} for one in found["columns"]}
    assert found["complete"]
    assert unknown == {
        "customer_type": {"公司": "Company", "individual": "Individual", "??": ""},
        "territory": {"Cina": "China"},
        "industry": {"SaaS": "", "Sofware": "Software"},
    }


def test_links_are_found_by_title_where_cells_hold_titles(office: tuple[Api, TestSite]) -> None:
    api, site = office
    client = api.client(CLERK)
    before = total(client, "Customer")
    name = str(site.insert("Customer", customer_name="深圳电子", customer_type="Company").name)
    by_title = upload(client, "key,customer\n1,深圳电子\n2,无此公司\n", "links.csv")
    columns = {"key": {"field": "external_id"}, "customer": {"field": "customer"}}
    order = {"doctype": "Opportunity", "file_url": by_title, "mapping": {"key": ["external_id"], "columns": columns}}
    (found,) = call(client, "values", **order)["columns"]
    assert (found["match"], [one["value"] for one in found["unknown"]]) == ("customer_name", ["无此公司"])
    by_name = {**order, "file_url": upload(client, f"key,customer\n1,{name}\n", "names.csv")}
    (found,) = call(client, "values", **by_name)["columns"]
    assert (found["match"], found["unknown"]) == ("", [])
    assert client.delete(f"/api/resource/Customer/{name}").status_code == 202
    assert total(client, "Customer") == before


def test_a_mapping_that_does_not_fit_names_every_column(office: tuple[Api, TestSite]) -> None:
    client = office[0].client(CLERK)
    columns = {"customer_name": {"field": "customer_name"}, "客户类型": {"field": "nothing"}}
    body = {"doctype": "Customer", "file_url": upload(client), "mapping": {"columns": columns, "key": ["mobile_no"]}}
    answer = client.post(METHOD + "values", json=body)
    assert answer.status_code == 417
    assert {error["field"] for error in answer.json()["errors"]} == {"客户类型", "Weight", "key"}


def total(client: Client, doctype: str) -> int:
    return int(client.get("/api/method/frappe.client.get_count", params={"doctype": doctype}).json()["message"])


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({"doctype": "Nothing"}, 404),
        ({"file_url": "/private/files/none.csv"}, 404),
        ({"mapping": {"columns": 5}}, 417),
        ({"mapping": {"distinct": 1}}, 417),
        ({"dry_run": "maybe"}, 417),
    ],
)
def test_bad_input_is_refused_before_anything_is_queued(
    office: tuple[Api, TestSite], arguments: dict[str, Any], status: int
) -> None:
    api, _ = office
    client = api.client(CLERK)
    order = {"doctype": "Customer", "file_url": upload(client), "mapping": MAPPING, **arguments}
    before = client.get("/api/method/crm.jobs.list").json()
    assert client.post(METHOD + "import", json=order).status_code == status
    assert client.get("/api/method/crm.jobs.list").json() == before


def test_who_may_not_import_may_not_undo_either(office: tuple[Api, TestSite]) -> None:
    api, site = office
    client, other = api.client(CLERK), api.client(OTHER)
    order = {"doctype": "Customer", "file_url": upload(client), "mapping": MAPPING}
    imported = result(api, site, call(client, "import", **order)["job"])["data_import"]
    assert other.post(METHOD + "import", json=order).status_code in {403, 404}
    assert other.post(METHOD + "undo", json={"data_import": imported}).status_code == 403
    assert total(client, "Customer") == 1


@defended_by("crm_platform.files.attachments:_readable", replace_with=nothing)
def test_H01_a_file_of_somebody_else_is_no_file(office: tuple[Api, TestSite]) -> None:
    api, _ = office
    closed = upload(api.client(OTHER), "customer_name\nKANARI\n", "closed.csv")
    manager = api.client(CLERK)
    assert manager.post(METHOD + "columns", json={"doctype": "Customer", "file_url": closed}).status_code == 200
    mine = upload(manager, "customer_name\nKANARI2\n", "mine.csv")
    refused = api.client(OTHER).post(METHOD + "columns", json={"doctype": "Customer", "file_url": mine})
    assert refused.status_code in {403, 404}
    assert "KANARI2" not in refused.text
