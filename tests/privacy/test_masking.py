"""Confidential values are masked in every outlet, found by their whole value only, and never lost by a mask."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from crm_platform.database.conditions import EVERYTHING
from crm_platform.metadata.masking import plain_of
from crm_platform.sites.backup import backup
from crm_platform.testing import TestSite, make_site
from crm_platform.transfer.mapping import mapping_of
from support.api_site import Api, Client, create
from support.attack_site import call, ok, put
from support.packs import make_pack
from support.privacy_site import CARDS, CLERK, CLIENT, HIGHER, ID_NUMBER, OFFICER, PAY, VALUES, client, leaks
from support.sabotage import always, defended_by, nothing
from support.transfer import run_export, run_import, write_csv

MASKED = {
    "id_number": "•••775X",
    "card": "•••0123",
    "mobile": "•••5678",
    "mail": "k•••@example.cn",
    "person": "诸葛•••",
    "pay": "•••",
    "higher": "•••",
}
FIELDS = (*MASKED, "cards.account", "`tabBank Card`.account")


def stored(api: Api, name: str = "C1") -> dict[str, Any]:
    """What the document really holds."""

    def read(ctx: Any) -> dict[str, Any]:
        doc = api.site.system(ctx).store.get("Client", name)
        return {field: plain_of(doc[field]) for field in MASKED} | {"account": plain_of(doc["cards"][0]["account"])}

    found: dict[str, Any] = api.site.runtime.read(read)
    return found


def outlets(http: Client) -> Iterator[tuple[str, httpx.Response]]:
    """Every way in which a document leaves the site."""
    yield "read", http.get("/api/resource/Client/C1")
    yield "list", http.get('/api/resource/Client?fields=["*"]')
    yield "rows", call(http, "frappe.client.get_list", doctype="Bank Card", parent="Client", fields=["*"])
    yield "joined", call(http, "frappe.client.get_list", doctype="Client", fields=["name", "cards.account"])
    yield "client.get", call(http, "frappe.client.get", doctype="Client", name="C1")
    yield "value", call(http, "frappe.client.get_value", doctype="Client", fieldname=list(MASKED), filters="C1")
    yield "form", call(http, "frappe.desk.form.load.getdoc", doctype="Client", name="C1")
    yield "report", call(http, "frappe.desk.reportview.get", doctype="Client", fields=["*"])
    yield "csv", call(http, "frappe.desk.reportview.export_query", doctype="Client", fields=["*"])
    excel = {"doctype": "Client", "fields": ["*"], "file_format_type": "Excel"}
    yield "xlsx", call(http, "frappe.desk.reportview.export_query", **excel)
    yield "print", http.get("/printview", params={"doctype": "Client", "name": "C1"})
    yield "link", call(http, "frappe.desk.search.search_link", doctype="Client", txt="")
    yield "typed", call(http, "frappe.desk.search.search_link", doctype="Client", txt="诸葛")
    yield "history", http.get("/api/resource/Version", params={"fields": '["*"]', "filters": VERSIONS})
    yield "openapi", http.get("/api/openapi.json")


VERSIONS = json.dumps({"ref_doctype": "Client", "docname": "C1"})


def bodies(answer: httpx.Response) -> Iterator[bytes]:
    """What is in an answer, unpacked where it is an archive."""
    yield answer.content
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())


@pytest.mark.parametrize("user", [CLERK, OFFICER, "Administrator"])
@defended_by("crm_platform.database.reading:mask_rows", replace_with=nothing)
def test_B11_B13_B23_no_outlet_shows_a_confidential_value(private: Api, user: str) -> None:
    put(private.admin, "Client", "C1", mobile="+8613912345679")
    put(private.admin, "Client", "C1", mobile="+8613912345678")
    http = private.client(user)
    seen = {
        name: (answer.status_code, sorted({v for b in bodies(answer) for v in leaks(b)}))
        for name, answer in outlets(http)
    }
    assert {name: found for name, (_, found) in seen.items() if found} == {}
    refused = {name for name, (status, _) in seen.items() if status != 200}
    assert refused <= ({"csv", "xlsx", "print", "history"} if user == OFFICER else set())


def test_what_is_shown_tells_who_it_is_about(private: Api) -> None:
    shown = ok(private.client(CLERK).get("/api/resource/Client/C1"))
    assert {field: shown[field] for field in MASKED} == MASKED
    assert shown["cards"][0]["account"] == "•••7890"


def test_a_document_that_is_sent_back_whole_keeps_its_values(private: Api) -> None:
    http, before = private.client(CLERK), stored(private)
    shown = ok(http.get("/api/resource/Client/C1"))
    ok(http.put("/api/resource/Client/C1", json={**shown, "remark": "改了"}))
    assert stored(private) == before
    changed = {**ok(http.get("/api/resource/Client/C1")), "mobile": "+8613900001111"}
    assert ok(http.put("/api/resource/Client/C1", json=changed))["mobile"] == "•••1111"
    assert stored(private) == {**before, "mobile": "+8613900001111"}
    put(http, "Client", "C1", mobile=before["mobile"])


@pytest.mark.parametrize(
    "values", [{"id_number": "•••0000"}, {"pay": "•••1"}, {"cards": [{"bank": "B", "account": "•••7890"}]}]
)
def test_a_mask_of_something_else_is_refused(private: Api, values: dict[str, Any]) -> None:
    before = stored(private)
    answer = private.client(CLERK).put("/api/resource/Client/C1", json=values)
    assert answer.status_code == 417
    assert "masked value" in answer.text
    assert stored(private) == before


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("user", [CLERK, OFFICER])
@defended_by("crm_platform.documents.paths:Paths.refuse_masked", replace_with=nothing)
def test_B04_B05_B06_B07_a_masked_field_is_no_oracle(private: Api, user: str, field: str) -> None:
    parts: list[dict[str, Any]] = [
        {"order_by": f"{field} desc"},
        {"fields": ["count(name) as n"], "group_by": field},
        *({"fields": [f"{function}({field}) as x"]} for function in ("min", "max", "sum", "count", "count(distinct")),
        {"fields": [field], "distinct": 1},
        *({"filters": [[field, operator, value]]} for operator, value in COMPARISONS),
    ]
    for part in parts:
        answer = call(private.client(user), "frappe.client.get_list", doctype="Client", **part)
        if "distinct" in part:
            assert leaks(answer) == []
            continue
        assert answer.status_code in (403, 417), (part, answer.text)


COMPARISONS = (
    *(("like", value) for value in ("1%", "%7%", "诸%")),
    *((operator, "5") for operator in (">", "<", ">=", "<=", "!=")),
    ("between", ["1", "9"]),
    ("not in", ["1"]),
)


def found(http: Client, **filters: Any) -> Any:
    answer = call(http, "frappe.client.get_list", doctype="Client", filters=filters)
    return ok(answer) if answer.status_code == 200 else answer.status_code


@defended_by("crm_platform.documents.masking:_where_seen", replace_with=always(EVERYTHING))
def test_B03_a_value_is_found_whole_by_those_who_may_see_it(private: Api) -> None:
    officer, clerk = private.client(OFFICER), private.client(CLERK)
    assert found(officer, id_number=ID_NUMBER) == [{"name": "C1"}]
    assert found(officer, id_number=f" {ID_NUMBER} ") == [{"name": "C1"}]
    assert found(officer, id_number=["in", ["x", ID_NUMBER]]) == [{"name": "C1"}]
    assert found(officer, id_number=ID_NUMBER[:-1]) == []
    assert found(officer, pay=PAY) == [{"name": "C1"}]
    assert found(officer, card="6222021234567890123") == 417
    assert found(officer, higher=HIGHER) == 403
    for field, value in {"id_number": ID_NUMBER, "pay": PAY, "person": "诸葛孔明"}.items():
        assert found(clerk, **{field: value}) == 403
    assert found(clerk, id_number=["is", "set"]) == [{"name": "C1"}]


def test_errors_and_logs_do_not_quote_values(private: Api, caplog: pytest.LogCaptureFixture) -> None:
    clerk = private.client(CLERK)
    with caplog.at_level(logging.DEBUG):
        taken = clerk.post("/api/resource/Client", json=client("C2", higher=None))
        bad = clerk.post("/api/resource/Client", json={"code": "C3", "mobile": "no telephone KANARI"})
    assert (taken.status_code, bad.status_code) == (417, 417)
    assert leaks(taken) == []
    assert "KANARI" not in bad.text
    assert leaks(caplog.text) == []


def test_secret_values_are_encrypted_at_rest_and_in_backups(private: Api, tmp_path: Any) -> None:
    def raw(ctx: Any) -> list[Any]:
        return list(ctx.connection.rows('SELECT id_number, card FROM "tabClient"'))

    for line in private.site.runtime.read(raw):
        assert all(value.startswith("sealed:1:") for value in line)
    backup(private.site, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("database/"))
    assert [value for value in (VALUES[0], VALUES[1], VALUES[2]) if value.encode() in content] == []


def test_a_deleted_document_keeps_its_values_shut(private: Api) -> None:
    create(private.admin, "Client", client("C9", id_number="330102198001011234"))
    ok_or_accepted = private.admin.delete("/api/resource/Client/C9")
    assert ok_or_accepted.status_code in (200, 202)
    copies = private.admin.get('/api/resource/Deleted Document?fields=["*"]&filters={"deleted_name":"C9"}')
    assert "C9" in copies.text
    assert leaks(copies) == []
    assert "330102198001011234" not in copies.text


EVENTS = ("before_insert", "before_validate", "validate", "on_update", "after_insert")


def test_hooks_of_packs_see_masks(tmp_path: Any, site_template: Any) -> None:
    heard: list[str] = []

    def hear(ctx: Any, doc: Any) -> None:
        heard.append(f"{doc.id_number} {doc.as_dict()} {doc.before and doc.before.as_dict()}")

    table = {"Client": dict.fromkeys(EVENTS, hear)}
    pack = make_pack(tmp_path, "trial", document_events=lambda self: table)
    site = make_site(tmp_path / "site", template=site_template, packs=[pack])
    try:
        site.role("Clerk")
        site.role("Officer")
        for definition in (CARDS, CLIENT):
            site.insert("DocType", module="CRM", custom=1, **definition)
        site.enable_pack("trial")
        site.insert("Client", **client("C5"))
        site.update("Client", "C5", mobile="+8613911112222")
    finally:
        site.site.close()
    assert len(heard) == 8
    assert "•••775X" in heard[0]
    assert leaks(str(heard)) == []
    assert "13911112222" not in str(heard)


def test_an_import_finds_documents_by_a_masked_key_and_keeps_masks(private: Api, tmp_path: Any) -> None:
    site = TestSite(private.site)
    fields = ["code", "id_number", "mobile", "remark"]
    exported = run_export(site, "Client", tmp_path / "out.csv", fields=fields)
    assert leaks(exported.read_text("utf-8")) == []
    again = run_import(site, "Client", exported, mapping_of("Client", {"key": ["code"]}))
    assert (again.unchanged, again.refused) == (again.documents, 0)
    rows = [["id_number", "mobile"], [ID_NUMBER, "+8613911110000"], ["510101198001019999", "no number at all"]]
    file = write_csv(tmp_path / "in.csv", *rows)
    report = run_import(site, "Client", file, mapping_of("Client", {"key": ["id_number"]}))
    assert (report.updated, report.refused) == (1, 1)
    assert stored(private)["mobile"] == "+8613911110000"
    told = str([bad.reason() for bad in report.bad])
    assert "510101198001019999" not in told
    assert "no number" not in told
    put(private.admin, "Client", "C1", mobile="+8613912345678")
