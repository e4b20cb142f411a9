"""Nobody reads what he may not: canaries in every closed field, and every way of asking for them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx
import pytest

from crm_platform.database.conditions import EVERYTHING
from support.api_site import Api, create
from support.attack_site import LOW, MANAGER, NOBODY, AttackSite, call, ok, put
from support.sabotage import always, defended_by, nothing, yes

CLOSED = (
    *("secret", "`tabVault`.secret", "password", "paper", "closed_link", "checked"),
    *("rows.row_secret", "`tabVault Row`.`row_secret`", "rows.row_password", "closed_rows.item", "hidden.code"),
    *("`tabHidden`.code", "closed_link.code", "keeper.api_key", "keeper.restrict_ip", "hidden.keeper", "no_field"),
)
PINNED = {"reference_type": "Vault", "reference_name": "V1"}
VERSIONS = {"ref_doctype": "Vault", "docname": "V1"}
REFUSED = (403, 417)


def asked(reference: str) -> Iterator[dict[str, Any]]:
    """Every part of a list in which a field can be named."""
    yield from ({"fields": fields} for fields in ([reference], [f"{reference} as x"], [f"max({reference})"]))
    yield from ({"fields": fields} for fields in ([f"count(distinct {reference}) as n"], [{"MIN": reference}]))
    yield from ({part: [[reference, "like", "%K%"]]} for part in ("filters", "or_filters"))
    yield from ({"filters": [[reference, operator, "x"]]} for operator in ("=", ">", "in", "not in"))
    yield {"filters": [[reference, "is", "set"]]}
    yield {"order_by": f"{reference} desc"}
    yield {"fields": ["count(name) as n"], "group_by": reference}


@pytest.mark.parametrize("reference", CLOSED)
@defended_by("crm_platform.documents.paths:Paths._readable", replace_with=nothing)
def test_B01_B03_B04_B07_a_closed_field_takes_part_in_no_list(attacked: AttackSite, reference: str) -> None:
    for query in asked(reference):
        answer = call(attacked.low, "frappe.client.get_list", doctype="Vault", **query)
        assert answer.status_code in REFUSED, (query, answer.text)
        assert attacked.found_in(answer) == set()


@pytest.mark.parametrize("user", [LOW, NOBODY, ""])
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_B12_every_method_keeps_every_canary(attacked: AttackSite, user: str) -> None:
    client = attacked.client(user)
    leaks = {str(answer.request.url): attacked.found_in(answer) for answer in questions(client)}
    assert {url: found for url, found in leaks.items() if found} == {}


def questions(client: Any) -> Iterator[httpx.Response]:
    """What a client may ask about documents of each kind."""
    for doctype in ("Vault", "Hidden", "Diary", "User", "Version", "Comment", "ToDo", "File", "Deleted Document"):
        yield client.get(f'/api/resource/{doctype}?fields=["*"]&limit=0')
        yield client.get(f"/api/v2/doctype/{doctype}/meta")
        yield call(client, "frappe.desk.search.search_link", doctype=doctype, txt="")
        yield call(client, "frappe.desk.search.search_widget", doctype=doctype, txt="K")
        yield call(client, "frappe.desk.reportview.export_query", doctype=doctype, fields=["*"])
        yield call(client, "frappe.client.get", doctype=doctype)
    documents = (("Vault", "V1"), ("Hidden", "H1"), ("Diary", "D1"), ("User", MANAGER), ("System Settings",) * 2)
    for (doctype, name), method in product(documents, ("frappe.client.get", "frappe.desk.form.load.getdoc")):
        yield call(client, method, doctype=doctype, name=name)
        yield client.get(f"/api/resource/{doctype}/{name}")
        yield client.get("/printview", params={"doctype": doctype, "name": name})
        yield call(client, "crm.access.explain", doctype=doctype, name=name)
        yield client.get("/api/resource/Version", params={"fields": '["*"]', "filters": json.dumps(VERSIONS)})
    yield client.get("/api/openapi.json")
    yield call(client, "crm.desk.boot")


@pytest.mark.parametrize("reference", ["allocated_to.bio", "assigned_by.api_key", "allocated_to.last_login"])
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
@defended_by("crm_platform.documents.paths:Paths._readable", replace_with=nothing)
def test_B01_companions_of_a_document_do_not_lend_the_rights_of_the_system(
    attacked: AttackSite, reference: str
) -> None:
    for query in asked(reference):
        filters = [*([key, "=", value] for key, value in PINNED.items()), *query.pop("filters", [])]
        for method in ("frappe.client.get_list", "frappe.client.get_count"):
            answer = call(attacked.low, method, doctype="ToDo", filters=filters, **counted(query, method))
            assert attacked.found_in(answer) == set()
            if answer.status_code == 200 and query == {} and "not in" not in str(filters):
                assert not answer.json()["message"], "a comparison with what is closed finds nothing"


def counted(query: dict[str, Any], method: str) -> dict[str, Any]:
    return {} if method.endswith("count") else query


@defended_by("crm_platform.documents.companions:visible_changes", replace_with=lambda ctx, doctype, data: data)
@defended_by("crm_platform.documents.paths:REWRITTEN", replace_with=frozenset())
def test_B06_B07_B23_versions_keep_closed_fields_under_any_name(attacked: AttackSite) -> None:
    whole = ok(call(attacked.low, "frappe.client.get_list", doctype="Version", fields=["data"], filters=VERSIONS))
    assert whole and all('"changed"' in row["data"] for row in whole)
    for query in ({"fields": ["data as x"]}, {"fields": ["*"]}, {"fields": ["data", "docname as ref_doctype"]}):
        answer = call(attacked.low, "frappe.client.get_list", doctype="Version", filters=VERSIONS, **query)
        assert answer.status_code == 200 and attacked.found_in(answer) == set(), query
    asked = {"fields": '["*"]', "filters": json.dumps(VERSIONS), "cursor": "*"}
    paged = attacked.low.get("/api/resource/Version", params=asked)
    assert paged.json()["data"] and attacked.found_in(paged) == set()
    pinned = [[key, "=", value] for key, value in VERSIONS.items()]
    compared: tuple[dict[str, Any], ...] = ({"fields": ["max(data) as m"]}, {"order_by": "data"}, {"group_by": "data"})
    for query in compared:
        answer = call(attacked.low, "frappe.client.get_list", doctype="Version", filters=pinned, **query)
        assert answer.status_code == 403, query
    answer = call(
        attacked.low, "frappe.client.get_count", doctype="Version", filters=[*pinned, ["data", "like", "%K%"]]
    )
    assert answer.status_code == 403


@defended_by("crm_platform.documents.companions:ALL_LEVELS", replace_with=frozenset())
def test_B16_the_history_of_a_dropped_field_is_closed(attacked: AttackSite) -> None:
    field = {"dt": "Vault", "fieldname": "old_secret", "label": "Old", "fieldtype": "Data", "permlevel": 1}
    made = create(attacked.admin, "Custom Field", field)
    create(attacked.admin, "Vault", {"title": "旧", "old_secret": attacked.canary("dropped")})
    put(attacked.admin, "Vault", "旧", old_secret=attacked.canary("dropped"))
    assert attacked.admin.delete(f"/api/resource/Custom Field/{made['name']}").status_code == 202
    pinned = {"ref_doctype": "Vault", "docname": "旧"}
    answer = call(attacked.low, "frappe.client.get_list", doctype="Version", fields=["data"], filters=pinned)
    assert answer.status_code == 200 and attacked.found_in(answer) == set()


@defended_by("crm_platform.documents.companions:_closed_fields", replace_with=always(()))
def test_H01_a_file_of_a_closed_field_is_not_there(attacked: AttackSite) -> None:
    pinned = {"attached_to_doctype": "Vault", "attached_to_name": "V1"}
    stored = ok(call(attacked.admin, "frappe.client.get_list", doctype="File", fields=["*"], filters=pinned))
    assert len(stored) == 1
    listed = call(attacked.low, "frappe.client.get_list", doctype="File", fields=["*"], filters=pinned)
    assert ok(listed) == []
    assert attacked.low.get(f"/api/resource/File/{stored[0]['name']}").status_code == 404
    assert attacked.low.get(stored[0]["file_url"]).status_code == 404
    assert attacked.found_in(call(attacked.low, "frappe.desk.form.load.getdoc", doctype="Vault", name="V1")) == set()


UNREADABLE = (("Diary", "D1"), ("User", MANAGER))


@pytest.mark.parametrize(("doctype", "name"), UNREADABLE)
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B17_an_unreadable_document_answers_like_a_missing_one(attacked: AttackSite, doctype: str, name: str) -> None:
    missing = name.replace("1", "9").replace("manager", "nomatch")
    asks = ("frappe.client.get", "frappe.client.delete", "frappe.desk.form.load.getdoc", "frappe.share.get_users")
    for method in asks:
        there, gone = (call(attacked.low, method, doctype=doctype, name=each) for each in (name, missing))
        assert there.status_code == gone.status_code
        assert there.text.replace(name, "…") == gone.text.replace(missing, "…"), method
    for verb in ("GET", "PUT", "DELETE"):
        answers = [attacked.low.request(verb, f"/api/resource/{doctype}/{each}", json={}) for each in (name, missing)]
        assert answers[0].status_code == answers[1].status_code == 404
        assert answers[0].text.replace(name, "…") == answers[1].text.replace(missing, "…")


PARTS_OF_TIME = (
    *("day(creation)", "year(creation)", "date_trunc('day', creation)", "strftime('%Y', creation)"),
    *("creation AT TIME ZONE 'UTC'", "extract(year from creation)", "timezone('UTC; select 1', creation)"),
)


@defended_by("crm_platform.documents.paths:Paths.resolve", replace_with=lambda *_, **__: ("name",))
def test_A05_no_part_of_a_time_and_no_zone_comes_from_outside(attacked: AttackSite) -> None:
    for part in PARTS_OF_TIME:
        for query in ({"group_by": part}, {"order_by": part}, {"fields": [f"{part} as x"]}):
            answer = call(attacked.admin, "frappe.client.get_list", doctype="Vault", **query)
            assert answer.status_code == 417, (query, answer.text)
    span = [["creation", "timespan", "this year') or ('1'='1"]]
    assert call(attacked.admin, "frappe.client.get_list", doctype="Vault", filters=span).status_code == 417
    for zone in ("UTC'; drop table x; --", "../../etc/localtime", "Mars/Olympus"):
        answer = attacked.admin.put(f"/api/resource/User/{MANAGER}", json={"time_zone": zone})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (417, "time_zone")
    put(attacked.admin, "User", MANAGER, time_zone="Asia/Shanghai")


def unpacked(answer: httpx.Response) -> str:
    """The text of an answer; of a spreadsheet the texts of its parts."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


@defended_by("crm_platform.documents.paths:Paths.resolve", replace_with=lambda *_, **__: ("name",))
def test_B08_no_export_holds_a_secret_and_none_is_asked_for_by_its_beginning(attacked: AttackSite) -> None:
    """Not even for Administrator, who may read everything else."""
    secrets = {canary for canary in attacked.canaries if "password" in canary}
    secrets |= {key.partition(":")[2] for key in attacked.api.keys.values()} | {"$argon2"}
    assert len(secrets) > 5
    for doctype, field in (("Vault", "password"), ("User", "api_secret"), ("User", "new_password")):
        for kind in ("CSV", "Excel"):
            exported = call(
                attacked.admin,
                "frappe.desk.reportview.export_query",
                doctype=doctype,
                fields=["*"],
                file_format_type=kind,
            )
            assert exported.status_code == 200
            assert not [secret for secret in secrets if secret in unpacked(exported)]
        read = attacked.admin.get(f'/api/resource/{doctype}?fields=["*"]&limit=0')
        assert not [secret for secret in secrets if secret in read.text]
        for query in ({"filters": [[field, "like", "K%"]]}, {"order_by": field}, {"fields": [f"max({field})"]}):
            refused = call(attacked.admin, "frappe.client.get_list", doctype=doctype, **query)
            assert refused.status_code in REFUSED, (query, refused.text)


PREPARE = "frappe.email.doctype.email_template.email_template.get_email_template"


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B14_a_template_is_prepared_with_what_the_caller_may_read(attacked: AttackSite) -> None:
    create(attacked.admin, "Email Template", {"name": "Say", "subject": "{{ doc.name }}", "response": "{{ doc.body }}"})
    put(attacked.admin, "User", MANAGER, mobile_no="+8613900000001")
    for doctype, name in (("Diary", "D1"), ("User", MANAGER), ("User", "+8613900000001"), ("Hidden", "H1")):
        there, gone = (
            call(attacked.low, PREPARE, template_name="Say", doc={"doctype": doctype, "name": each})
            for each in (name, "nobody-there")
        )
        assert there.status_code == gone.status_code and there.status_code in (403, 404), there.text
        assert there.text.replace(name, "…") == gone.text.replace("nobody-there", "…")


BESIDE = (
    ("frappe.desk.form.assign_to.add", {"assign_to": LOW}),
    ("frappe.desk.form.utils.add_comment", {"content": f"@{MANAGER}"}),
    ("frappe.share.add", {"user": NOBODY, "read": 1}),
    ("frappe.share.get_users", {}),
    ("frappe.desk.doctype.tag.tag.add_tag", {"tag": "x"}),
    ("frappe.core.doctype.communication.email.make", {"content": "x", "recipients": "a@example.org"}),
    ("crm.duplicates.of", {}),
    ("crm.access.explain", {}),
)
"""What stands beside a document: tasks, comments with mentions, shares, tags, mails, duplicates."""
KEYS = (("doctype", "name"), ("reference_doctype", "reference_name"), ("dt", "dn"))


@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B22_what_stands_beside_a_document_does_not_tell_whether_it_is_there(attacked: AttackSite) -> None:
    for (method, arguments), (doctype, name) in product(BESIDE, KEYS):
        there, gone = (
            call(attacked.low, method, **{doctype: "Diary", name: each}, **arguments) for each in ("D1", "D9")
        )
        assert there.status_code == gone.status_code >= 400 or method == "crm.access.explain", (method, there.text)
        assert there.text.replace("D1", "…") == gone.text.replace("D9", "…"), method
    for doctype, reference in (("Comment", "reference"), ("ToDo", "reference"), ("Communication", "reference")):
        field = "reference_type" if doctype == "ToDo" else f"{reference}_doctype"
        for method in ("frappe.client.get_list", "frappe.client.get_count"):
            filters = [[field, "=", "Diary"], [f"{reference}_name", "=", "D1"]]
            answer = call(attacked.low, method, doctype=doctype, filters=filters)
            assert answer.status_code in (403, 404) or not answer.json()["message"], (doctype, answer.text)


@defended_by("crm_platform.access.identify:user_of_authorization", replace_with=always("Administrator"))
def test_B21_what_opens_one_site_opens_no_other(attacked: AttackSite, sqlite_api: Api) -> None:
    """Two sites in one process."""
    session = attacked.api.signed_in()
    for client in (
        sqlite_api.client(authorization=f"token {attacked.api.keys['Administrator']}"),
        sqlite_api.client(cookie=f"sid={session.http.cookies['sid']}"),
    ):
        for url in ("/api/resource/User", "/api/resource/Vault/V1", "/private/files/x.txt"):
            answer = client.get(url)
            assert answer.status_code in (401, 403, 404), answer.text
            assert attacked.found_in(answer) == set()


NUMBERS: tuple[Any, ...] = ("1e9", "NaN", "0x10", "١٢", "-1", -1, 2**70, 1.5, True, [], {}, [[]], "9" * 4000, "1 ")


@defended_by("crm_platform.api.parameters:whole_number", replace_with=lambda name, value, default: value or default)
def test_I04_a_number_of_another_type_is_refused_at_once(attacked: AttackSite) -> None:
    for name, value in product(("limit_page_length", "limit_start"), NUMBERS):
        started = time.perf_counter()
        answer = call(attacked.admin, "frappe.client.get_list", doctype="Vault", **{name: value})
        assert answer.status_code == 417, (name, value, answer.text)
        assert time.perf_counter() - started < 1


ODD_PATHS = (
    "//api/resource/Vault/V1",
    "/api/resource/Vault/V1;x=.css",
    "/api/resource/Vault/V1/x.css",
    "/API/resource",
)
STORED_BY_NOBODY = defaultdict(lambda: b"public, max-age=600")


@defended_by("crm_platform.api.routing:CACHING", replace_with=STORED_BY_NOBODY)
def test_I05_an_odd_address_poisons_no_cache(attacked: AttackSite) -> None:
    address = "/api/resource/Vault/V1"
    before = attacked.low.get(address)
    for odd in ODD_PATHS:
        answer = attacked.admin.get(odd)
        assert answer.status_code == 404, odd
        assert "public" not in answer.headers["cache-control"], odd
    after = attacked.low.get(address)
    assert after.json() == before.json()
    assert attacked.found_in(after) == set()
    for client in (attacked.low, attacked.admin):
        assert client.get(address).headers["cache-control"] == "no-store"


HOSTILE_PARTS = ("creation; select 1", "count(*)", "creation) from tabUser --", "no_field", "password", "hidden.code'")


@defended_by("crm_platform.documents.paths:Paths.resolve", replace_with=lambda *_, **__: ("name",))
@defended_by("crm_platform.reports.charts:type_of_value", replace_with=always({}))
def test_A07_a_chart_is_made_of_fields_only(attacked: AttackSite) -> None:
    """What is wrong is refused when the chart is saved, or at the latest when it is drawn."""
    base = {"document_type": "Vault", "filters_json": "[]", "type": "Line", "is_public": 1}
    for number, part in enumerate(HOSTILE_PARTS):
        for kind in (
            {"chart_type": "Count", "timeseries": 1, "based_on": part, "timespan": "Last Year"},
            {"chart_type": "Sum", "timeseries": 1, "based_on": "creation", "value_based_on": part},
            {"chart_type": "Group By", "group_by_based_on": part, "group_by_type": "Count"},
            {"chart_type": "Count", "timeseries": 1, "based_on": "creation", "time_interval": part},
            {
                "chart_type": "Count",
                "timeseries": 1,
                "based_on": "creation",
                "filters_json": json.dumps([[part, "=", 1]]),
            },
        ):
            name = f"A07 {number} {list(kind.values())}"[:100]
            answer = attacked.admin.post("/api/resource/Dashboard Chart", json={**base, "chart_name": name, **kind})
            if answer.status_code == 200:
                answer = call(attacked.admin, "crm.dashboard.chart", name=answer.json()["data"]["name"])
            assert answer.status_code == 417, (kind, answer.text)
