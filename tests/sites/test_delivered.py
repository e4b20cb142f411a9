"""crm.delivered.*: what the product and its packs deliver, what the site has made of it, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_platform.app import create_application
from crm_platform.testing import make_site
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.api_site import Api, create

LIST, RESET = "/api/method/crm.delivered.list", "/api/method/crm.delivered.reset"
RULE = "Task is due"
KINDS = ("Automation Rule", "Workspace", "Dashboard", "Dashboard Chart", "Number Card", "Report", "Print Format")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Api]:
    """A site whose delivered records only this module changes."""
    made = make_site(tmp_path_factory.mktemp("delivered") / "site", template=site_template)
    api = Api(made.site, create_application(made.site), password=ADMIN_PASSWORD)
    api.make_keys("Administrator")
    api.make_user("desk@example.com")
    yield api
    api.runner.close()
    made.site.close()


def delivered(api: Api, doctype: str) -> dict[str, dict[str, Any]]:
    answer = api.admin.get(LIST, params={"doctype": doctype})
    assert answer.status_code == 200, answer.text
    return {row["name"]: row for row in answer.json()["message"]}


@pytest.mark.parametrize("doctype", KINDS)
def test_nothing_is_changed_on_a_fresh_site(api: Api, doctype: str) -> None:
    found = delivered(api, doctype)
    assert found
    assert not [row for row in found.values() if row["changed"] or row["removed"]]


def test_a_changed_rule_is_reset_and_the_reset_is_taken_back(api: Api) -> None:
    path = f"/api/resource/Automation Rule/{RULE}"
    before = api.admin.get(path).json()["data"]
    actions = [{"action": "Notify", "users": "Administrator", "subject": "到期"}]
    api.admin.put(path, json={"priority": 7, "actions": actions}).raise_for_status()
    assert delivered(api, "Automation Rule")[RULE] == {"name": RULE, "layer": "core", "removed": False, "changed": True}
    reset = api.admin.post(RESET, json={"doctype": "Automation Rule", "name": RULE}).json()["message"]
    assert (reset["priority"], reset["actions"][0]["subject"]) == (0, before["actions"][0]["subject"])
    assert not delivered(api, "Automation Rule")[RULE]["changed"]
    asked = {"filters": f'[["ref_doctype", "=", "Automation Rule"], ["docname", "=", "{RULE}"]]'}
    newest = api.admin.get("/api/resource/Version", params={**asked, "order_by": "creation desc"}).json()["data"][0]
    back = {"doctype": "Automation Rule", "name": RULE, "version": newest["name"]}
    restored = api.admin.post("/api/method/crm.versions.restore", json=back).json()["message"]["doc"]
    assert (restored["priority"], restored["actions"][0]["subject"]) == (7, "到期")


def test_a_removed_record_comes_back(api: Api) -> None:
    workspace = next(iter(delivered(api, "Workspace")))
    assert api.admin.delete(f"/api/resource/Workspace/{workspace}").status_code == 202
    assert delivered(api, "Workspace")[workspace]["removed"]
    api.admin.post(RESET, json={"doctype": "Workspace", "name": workspace}).raise_for_status()
    assert delivered(api, "Workspace")[workspace] == {
        "name": workspace,
        "layer": "core",
        "removed": False,
        "changed": False,
    }


def test_what_nobody_delivers_has_no_way_back(api: Api) -> None:
    create(api.admin, "Dashboard", {"dashboard_name": "自己的"})
    refused = api.admin.post(RESET, json={"doctype": "Dashboard", "name": "自己的"})
    assert (refused.status_code, refused.json()["exc_type"]) == (404, "DoesNotExistError")
    model = api.admin.post(RESET, json={"doctype": "DocType", "name": "Customer"})
    assert model.status_code == 404, "definitions are reset by plans"


def test_only_system_managers_ask(api: Api) -> None:
    for client in (api.guest, api.client("desk@example.com")):
        assert client.get(LIST, params={"doctype": "Workspace"}).status_code == 403
        assert client.post(RESET, json={"doctype": "Workspace", "name": "x"}).status_code in (401, 403)
