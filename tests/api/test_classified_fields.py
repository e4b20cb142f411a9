"""Two administrators classify fields: the list says what it is as of, and the second overwrites nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.api_site import ADMIN_PASSWORD, Api, Client

METHOD = "/api/method/crm."
FIELD = {"doctype": "Property Setter", "doctype_or_field": "DocField", "doc_type": "Customer", "field_name": "website"}
CLASS = {**FIELD, "name": "Customer-website-sensitivity", "property": "sensitivity", "property_type": "Select"}
RETENTION = {**FIELD, "name": "Customer-website-retention_days", "property": "retention_days", "property_type": "Int"}


@pytest.fixture
def manager(api: Api) -> Iterator[Client]:
    """What a test has applied is taken back: the site is shared by the module."""
    client = api.client()
    client.post("/api/method/login", json={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
    before = classified(client)["as_of"]
    yield client
    history = client.get(METHOD + "plan.history", params={"limit": 500}).json()["message"]
    mine = [plan["plan"] for plan in history if plan["plan"] > before and not plan["rolled_back_at"]]
    if mine:
        assert client.post(METHOD + "plan.rollback", json={"plan": min(mine)}).status_code == 200


def classified(client: Client) -> dict[str, Any]:
    answer = client.get(METHOD + "privacy.classes")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["message"])


def website(client: Client) -> tuple[str, int]:
    rows = [
        row for row in classified(client)["fields"] if (row["doctype"], row["fieldname"]) == ("Customer", "website")
    ]
    return (rows[0]["sensitivity"], rows[0]["retention_days"]) if rows else ("", 0)


def apply(client: Client, definition: dict[str, str], as_of: int) -> tuple[int, str]:
    answer = client.post(METHOD + "plan.apply", json={"definitions": [definition], "as_of": as_of})
    return answer.status_code, answer.json().get("exc_type", "")


def test_a_class_that_another_gave_since_the_list_was_read_is_not_overwritten(manager: Client) -> None:
    begun = classified(manager)["as_of"]
    assert apply(manager, {**CLASS, "value": "Confidential"}, begun) == (200, "")
    assert classified(manager)["as_of"] > begun
    assert apply(manager, {**CLASS, "value": "Personal"}, begun) == (417, "TimestampMismatchError")
    assert website(manager) == ("Confidential", 0)


def test_the_retention_of_the_same_field_is_another_matter(manager: Client) -> None:
    begun = classified(manager)["as_of"]
    apply(manager, {**CLASS, "value": "Confidential"}, begun)
    assert apply(manager, {**RETENTION, "value": "365"}, begun) == (200, "")
    assert website(manager) == ("Confidential", 365)
