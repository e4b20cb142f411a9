"""What a document may not hold: status, type and field of each fault (contract §7 as the design corrects it)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from support.api_site import Api, create

URL = "/api/resource/Bench Customer"

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "required missing": ({"customer_name": None}, "MandatoryError", "customer_name"),
    "required empty": ({"customer_name": ""}, "MandatoryError", "customer_name"),
    "required blank": ({"customer_name": "  "}, "MandatoryError", "customer_name"),
    "not an option": ({"status": "Weird"}, "ValidationError", "status"),
    "option by number": ({"status": 7}, "ValidationError", "status"),
    "link to nobody": ({"owner_user": "ghost@x.y"}, "LinkValidationError", "owner_user"),
    "too long": ({"phone": "长" * 141}, "CharacterLengthExceededError", "phone"),
    "no e-mail address": ({"email": "notmail"}, "InvalidEmailAddressError", "email"),
    "too great": ({"employees": 2147483648}, "CharacterLengthExceededError", "employees"),
    "text for a whole number": ({"employees": "many"}, "ValidationError", "employees"),
    "text for money": ({"annual_revenue": "much"}, "ValidationError", "annual_revenue"),
    "no date": ({"since": "abc"}, "ValidationError", "since"),
    "a day that is not": ({"since": "2020-02-31"}, "ValidationError", "since"),
    "a date of elsewhere": ({"since": "31.01.2020"}, "ValidationError", "since"),
    "object in text": ({"website": {"a": 1}}, "ValidationError", "website"),
    "list in text": ({"website": ["a"]}, "ValidationError", "website"),
    "table is text": ({"contacts": "x"}, "ValidationError", "contacts"),
    "row is a number": ({"contacts": [1]}, "ValidationError", "contacts"),
    "docstatus is text": ({"docstatus": "x"}, "ValidationError", "docstatus"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_value_is_refused_by_field(api: Api, name: str) -> None:
    values, kind, field = REFUSED[name]
    before = api.admin.get("/api/method/frappe.client.get_count", params={"doctype": "Bench Customer"}).json()
    answer = api.admin.post(URL, json={"customer_name": "x", **values})
    assert (answer.status_code, answer.json()["exc_type"]) == (417, kind), answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    after = api.admin.get("/api/method/frappe.client.get_count", params={"doctype": "Bench Customer"}).json()
    assert before == after


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ({"employees": "42"}, {"employees": 42}),
        ({"employees": True}, {"employees": 1}),
        ({"annual_revenue": "1,234.50"}, {"annual_revenue": 1234.5}),
        ({"website": 12}, {"website": "12"}),
        ({"notes": " 前后 😀 "}, {"notes": " 前后 😀 "}),
        ({"since": "2020-01-31 10:00:00"}, {"since": "2020-01-31"}),
    ],
)
def test_a_value_is_converted_and_answered_as_stored(api: Api, values: dict[str, Any], stored: dict[str, Any]) -> None:
    made = create(api.admin, "Bench Customer", {"customer_name": "x", **values})
    read = api.admin.get(f"{URL}/{made['name']}").json()["data"]
    assert {key: made[key] for key in stored} == {key: read[key] for key in stored} == stored


def test_all_faults_come_at_once_with_their_rows(api: Api) -> None:
    values = {"email": "x", "employees": "y", "contacts": [{"contact_name": "A"}, {"contact_name": "B", "calls": "z"}]}
    answer = api.admin.post(URL, json=values)
    faults = [(fault["table"], fault["row"], fault["field"]) for fault in answer.json()["errors"]]
    assert (None, None, "email") in faults
    assert (None, None, "employees") in faults
    assert ("contacts", 2, "calls") in faults


def test_a_missing_value_in_a_row_names_the_row(api: Api) -> None:
    answer = api.admin.post(URL, json={"customer_name": "x", "contacts": [{"contact_name": "A"}, {"calls": 1}]})
    assert answer.json()["exc_type"] == "MandatoryError"
    (fault,) = answer.json()["errors"]
    assert (fault["table"], fault["row"], fault["field"], fault["code"]) == (
        "contacts",
        2,
        "contact_name",
        "MandatoryError",
    )


def test_a_duplicate_of_a_unique_field_is_refused(api: Api) -> None:
    create(api.admin, "Bench Order", {"title": "A", "code": "唯一-1"})
    answer = api.admin.post("/api/resource/Bench Order", json={"title": "B", "code": "唯一-1"})
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "UniqueValidationError")


def test_a_duplicate_name_is_a_conflict(api: Api) -> None:
    answer = api.admin.post("/api/resource/Role", json={"role_name": "Bench Role"})
    assert (answer.status_code, answer.json()["exc_type"]) == (409, "DuplicateEntryError")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{broken", "ValidationError", 417),
        (b"[1, 2]", "ValidationError", 417),
        (b'"text"', "ValidationError", 417),
        (b"", "MandatoryError", 417),
        (b'{"customer_name": "a\\u0000b"}', "ValidationError", 417),
        (b'{"customer_name": "\xff"}', "ValidationError", 417),
        (b'{"customer_name": "\\ud800"}', "ValidationError", 417),
        (b'{"customer_name": NaN}', "ValidationError", 417),
        (b"[" * 100_000, "ValidationError", 417),
    ],
)
def test_a_broken_body_is_refused(api: Api, body: bytes, kind: str, status: int) -> None:
    answer = api.admin.post(URL, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["exc_type"]) == (status, kind)


def test_text_that_only_looks_like_nul_is_kept(api: Api) -> None:
    body = rb'{"customer_name": "C:\\u0000x"}'
    assert api.admin.post(URL, content=body).json()["data"]["customer_name"] == r"C:\u0000x"


@pytest.mark.parametrize("body", [b"customer_name=%ff", b"customer_name=%00", b"customer_name=\xff", b"a=1&" * 2000])
def test_a_broken_form_is_refused(api: Api, body: bytes) -> None:
    answer = api.admin.post(URL, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 417


def test_a_body_over_the_limit_is_refused(api: Api) -> None:
    answer = api.admin.post(URL, content=b'{"customer_name": "' + b"x" * (26 << 20) + b'"}')
    assert (answer.status_code, answer.json()["exc_type"]) == (413, "EntityTooLargeError")


def test_messages_are_html_safe_and_doubly_encoded(api: Api) -> None:
    answer = api.admin.post(URL, json={"customer_name": "x", "status": "<img src=x onerror=alert(1)>"})
    messages = [orjson.loads(text) for text in orjson.loads(answer.json()["_server_messages"])]
    assert "<img" not in answer.json()["_server_messages"]
    assert "&lt;img" in messages[0]["message"]
    assert (messages[0]["title"], messages[0]["indicator"], messages[0]["raise_exception"]) == ("Message", "red", 1)


def test_the_body_of_an_error_has_what_clients_look_at(api: Api) -> None:
    body = api.admin.post(URL, json={}).json()
    assert body["exc_type"] == "MandatoryError"
    assert body["exception"].startswith("frappe.exceptions.MandatoryError: ")
    assert orjson.loads(body["exc"])[0].startswith("MandatoryError: ")
    assert "Traceback" not in str(body)
