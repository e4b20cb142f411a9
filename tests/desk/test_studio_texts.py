"""The texts of a definition side by side: a word of a context has its own line, and its own translation."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import Api


@pytest.fixture(scope="module", autouse=True)
def somebody(api: Api) -> None:
    """Who shapes nothing."""
    api.make_user("words@example.com", "Bench Role")


def lines(api: Api, doctype: str) -> dict[tuple[str, str], dict[str, Any]]:
    answer = api.admin.get("/api/method/crm.studio.texts", params={"doctype": doctype})
    return {(one["text"], one["context"]): one for one in answer.json()["message"]["texts"]}


def said(api: Api, doctype: str) -> tuple[str, str]:
    """What Currency is in Chinese: as a DocType, and as the kind of a field."""
    return (
        lines(api, "Currency")["Currency", ""]["shown"]["zh"],
        lines(api, doctype)["Currency", "DocField"]["shown"]["zh"],
    )


@pytest.mark.parametrize("doctype", ["DocField", "Custom Field"])
def test_a_word_of_a_context_is_listed_and_changed_there_alone(api: Api, doctype: str) -> None:
    assert said(api, doctype) == ("币种", "货币")
    change = {"text": "Currency", "language": "zh", "translated": "金额", "context": "DocField"}
    assert api.admin.post("/api/method/crm.studio.set_text", json=change).status_code == 200
    assert said(api, doctype) == ("币种", "金额")
    assert lines(api, doctype)["Currency", "DocField"]["own"]["zh"] != ""
    assert api.admin.post("/api/method/crm.studio.set_text", json={**change, "translated": ""}).status_code == 200
    assert said(api, doctype) == ("币种", "货币")
    refused = api.client("words@example.com").post("/api/method/crm.studio.set_text", json=change)
    assert refused.status_code == 403


def test_a_word_without_context_has_one_line(api: Api) -> None:
    found = [key for key in lines(api, "Customer") if key[0] == "Customer"]
    assert found == [("Customer", "")]
