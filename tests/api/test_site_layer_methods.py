"""crm.site_layer.*: the definitions of a site as files: written, read back, the same for the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from support.crm import Crm, Person
from support.sabotage import defended_by, nothing

METHOD = "/api/method/crm.site_layer."
TOOL = {
    "doctype": "DocType",
    "name": "档案工具",
    "module": "Core",
    "custom": 1,
    "fields": [{"fieldname": "title", "fieldtype": "Data", "label": "标题"}],
    "permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}],
}
RECORDS: list[dict[str, Any]] = [
    {"doctype": "Role", "name": "档案员", "role_name": "档案员", "desk_access": 1},
    {"doctype": "Role Profile", "name": "档案组", "role_profile": "档案组", "roles": [{"role": "档案员"}]},
    {
        "doctype": "Print Format",
        "name": "档案卡",
        "doc_type": "档案工具",
        "custom_format": 1,
        "print_format_type": "Jinja",
        "html": "<h1>{{ doc.title }}</h1>",
        "css": "h1 { color: navy; }",
    },
]
FIELD = {"doctype": "Custom Field", "dt": "Industry", "fieldname": "shelf", "fieldtype": "Data", "label": "柜号"}


def upload(person: Person, content: bytes) -> Any:
    return person.client.post(METHOD + "read", files={"file": ("site.zip", content, "application/zip")})


def exported(person: Person) -> bytes:
    answer = person.client.get(METHOD + "export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    content: bytes = answer.content
    return content


def archive(**files: str) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return target.getvalue()


def test_what_the_site_defines_goes_into_files_and_comes_back(crm: Crm, tmp_path: Path) -> None:
    admin = crm.administrator
    admin.call("crm.plan.apply", definitions=[TOOL, *RECORDS, FIELD], title="档案")
    content = exported(admin)
    with ZipFile(BytesIO(content)) as files:
        names = set(files.namelist())
        assert {"doctypes/档案工具.json", "custom_fields/industry_shelf.json", "roles/档案员.json"} <= names
        assert {"print_formats/档案卡.html", "print_formats/档案卡.css", "fixtures/role_profile-档案组.json"} <= names
        assert "html" not in json.loads(files.read("print_formats/档案卡.json"))
        files.extractall(tmp_path)
    assert exported(admin) == content, "the same definitions give the same bytes"
    again = upload(admin, content).json()["message"]
    assert (again["definitions"], again["surplus"]) == ([], [])

    command = [sys.executable, "-P", "-m", "crm_platform", "plan", "--site", str(crm.site.folder.path), str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "0 changes of definitions, 0 changes of tables, 0 errors." in told.stdout, told.stdout + told.stderr
    assert "Documents to save" not in told.stdout

    (newest,) = admin.call("crm.plan.history", limit=1)
    admin.call("crm.plan.rollback", plan=newest["plan"])
    back = upload(admin, content).json()["message"]
    assert {one["name"] for one in back["definitions"]} == {"档案工具", "档案员", "档案组", "档案卡", "Industry-shelf"}
    admin.call("crm.plan.apply", definitions=back["definitions"], title="档案")
    assert exported(admin) == content
    (newest,) = admin.call("crm.plan.history", limit=1)
    admin.call("crm.plan.rollback", plan=newest["plan"])


def test_what_is_not_in_the_files_is_named_and_nothing_is_changed(crm: Crm) -> None:
    admin = crm.administrator
    admin.call("crm.plan.apply", definitions=[FIELD], title="柜号")
    found = upload(admin, archive(**{"roles/保管.json": json.dumps({"role_name": "保管员"})})).json()["message"]
    assert ["Custom Field", "Industry-shelf"] in found["surplus"]
    assert [(one["doctype"], one["name"]) for one in found["definitions"]] == [("Role", "保管员")]
    assert admin.list("Role", filters={"name": "保管员"}) == []
    (newest,) = admin.call("crm.plan.history", limit=1)
    admin.call("crm.plan.rollback", plan=newest["plan"])


@pytest.mark.parametrize(
    "content",
    [b"no archive", b"PK\x05\x06" + b"\x00" * 10, archive(**{"roles/x.json": "{ broken"})],
    ids=["text", "cut", "no json"],
)
def test_files_that_cannot_be_read_are_refused_with_the_reason(crm_on_sqlite: Crm, content: bytes) -> None:
    answer = upload(crm_on_sqlite.administrator, content)
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "DefinitionError")


def refused_name(crm: Crm, name: str) -> None:
    answer = upload(crm.administrator, archive(**{name: json.dumps({"doctype": "Role", "role_name": "x"})}))
    assert (answer.status_code, "leads elsewhere" in answer.json()["exception"]) == (417, True)


@defended_by("crm_platform.metadata.archive:_check", replace_with=nothing)
@pytest.mark.parametrize("name", ["../roles/x.json", "roles/../../x.json"])
def test_D08_a_name_in_an_archive_leads_nowhere(crm_on_sqlite: Crm, name: str) -> None:
    refused_name(crm_on_sqlite, name)


@pytest.mark.parametrize("name", ["/roles/x.json", "roles//x.json", "roles\\..\\x.json"])
def test_a_name_that_would_keep_the_reader_busy_is_refused(crm_on_sqlite: Crm, name: str) -> None:
    refused_name(crm_on_sqlite, name)


@defended_by("crm_platform.metadata.archive:_check", replace_with=nothing)
def test_H05_an_archive_is_no_bomb_of_folders(crm_on_sqlite: Crm) -> None:
    """A name of 30,000 folders is 60 kB in the archive, and a gigabyte with the names of all its parents."""
    answer = upload(crm_on_sqlite.administrator, archive(**{"a/" * 30_000 + "x.json": "{}"}))
    assert (answer.status_code, "nested too deeply" in answer.json()["exception"]) == (413, True), answer.text


def test_many_folders_are_read_in_one_pass(crm_on_sqlite: Crm) -> None:
    """Looking at every name for each of 9,000 folders would take minutes."""
    content = archive(**{f"roles/{n}/x.json": "[]" for n in range(9_000)})
    assert upload(crm_on_sqlite.administrator, content).json()["message"]["definitions"] == []


def test_only_system_managers_move_definitions(crm: Crm) -> None:
    for client in (crm.sales.client, crm.guest):
        assert client.get(METHOD + "export").status_code == 403
        refused = client.post(METHOD + "read", files={"file": ("site.zip", b"", "application/zip")})
        assert refused.status_code == 403
