"""/api/openapi.json: valid OpenAPI 3.1, the site as it is for the caller, and answers that keep to it."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson
import pytest

from support.api_site import FULL, Api, create
from support.sabotage import always, defended_by


def described(api: Api, user: str = "Administrator") -> dict[str, Any]:
    answer = api.client(user).get("/api/openapi.json")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_it_describes_every_readable_doctype_and_no_other(api: Api) -> None:
    everything, little = described(api), described(api, "desk@example.com")
    assert everything["openapi"] == "3.1.0"
    assert set(everything["paths"]["/api/resource/Bench%20Customer/{name}"]) == {
        "parameters",
        "get",
        "post",
        "put",
        "delete",
    }
    assert set(little["paths"]["/api/resource/Bench%20Customer/{name}"]) == {"parameters", "get", "post"}
    assert "/api/resource/Bench%20Order" in everything["paths"]
    assert "Bench%20Order" not in orjson.dumps(little).decode()


def test_it_describes_methods_with_their_arguments(api: Api) -> None:
    paths = described(api)["paths"]
    assert set(paths["/api/method/login"]) == {"post"}
    assert paths["/api/method/login"]["post"]["security"] == []
    insert = paths["/api/method/frappe.client.insert"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert insert["required"] == ["doc"]
    upload = paths["/api/method/upload_file"]["post"]["requestBody"]["content"]
    assert list(upload) == ["multipart/form-data"]


def test_every_reference_leads_somewhere(api: Api) -> None:
    document = described(api)

    def follow(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            if key == "$ref":
                found: Any = document
                for part in value.removeprefix("#/").split("/"):
                    found = found[part]
            else:
                follow(value)

    follow(document)


def test_answers_and_requests_keep_to_their_schemas(api: Api) -> None:
    document = described(api)
    sent = {"customer_name": "模式", "employees": 3, "since": "2020-01-31", "contacts": [{"contact_name": "王"}]}
    jsonschema_rs.validate(schema(document, "Bench-20-Customer.input"), sent)
    made = create(api.admin, "Bench Customer", sent)
    jsonschema_rs.validate(schema(document, "Bench-20-Customer"), made)
    error = document["components"]["responses"]["ErrorV1"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate(error, api.admin.post("/api/resource/Bench Customer", json={}).json())
    error = document["components"]["responses"]["ErrorV2"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate(error, api.admin.post("/api/v2/document/Bench Customer", json={}).json())


@pytest.mark.parametrize("sent", [{"nope": 1}, {"website": {}}, {"contacts": "x"}, {"contacts": [{"nope": 1}]}])
def test_what_the_schema_refuses_the_site_refuses(api: Api, sent: dict[str, Any]) -> None:
    validator = jsonschema_rs.validator_for(schema(described(api), "Bench-20-Customer.input"))
    assert not validator.is_valid(sent)
    assert api.admin.post("/api/resource/Bench Customer", json={"customer_name": "x", **sent}).status_code == 417


@pytest.fixture(scope="module")
def growing(api: Api) -> str:
    """A DocType of these tests alone: the fields added to it show in every answer."""
    fields = [{"fieldname": "title", "label": "Title", "fieldtype": "Data"}]
    rights = [{"role": "System Manager", **FULL}, {"role": "Bench Role", "read": 1}]
    definition = {"name": "Growing", "module": "Core", "custom": 1, "autoname": "hash", "fields": fields}
    create(api.admin, "DocType", {**definition, "permissions": rights})
    return "Growing"


def test_a_new_field_is_described_at_once(api: Api, growing: str) -> None:
    field = {"dt": growing, "fieldname": "extra_text", "label": "Extra", "fieldtype": "Data"}
    assert "extra_text" not in described(api)["components"]["schemas"][growing]["properties"]
    create(api.admin, "Custom Field", field)
    assert "extra_text" in described(api)["components"]["schemas"][growing]["properties"]


@defended_by("crm_platform.api.openapi_schemas:_level", replace_with=always(0))
def test_B16_fields_above_ones_level_are_not_described(api: Api, growing: str) -> None:
    field = {"dt": growing, "fieldname": "margin", "label": "Margin", "fieldtype": "Currency", "permlevel": 3}
    create(api.admin, "Custom Field", field)
    schemas = described(api, "desk@example.com")["components"]["schemas"]
    assert "title" in orjson.dumps(schemas[growing]).decode()
    assert "margin" not in orjson.dumps(schemas[growing]).decode()
