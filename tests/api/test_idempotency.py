"""The header Idempotency-Key: a retried request does its work once."""

from __future__ import annotations

from support.api_site import DESK_USER, Api
from support.sabotage import defended_by

URL = "/api/resource/Bench Customer"


@defended_by("crm_platform.api.call:once", replace_with=lambda key, fingerprint, work: work)
def test_I09_X05_a_repeated_request_gets_the_first_answer(api: Api) -> None:
    headers = {"idempotency-key": "订单-1".encode().hex()}
    answers = [api.admin.post(URL, json={"customer_name": "once"}, headers=headers) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert api.admin.post(URL, json={"customer_name": "once"}).json() != answers[0].json()


def test_a_key_belongs_to_one_request_of_one_user(api: Api) -> None:
    headers = {"idempotency-key": "shared"}
    first = api.admin.post(URL, json={"customer_name": "mine"}, headers=headers)
    other = api.admin.post(URL, json={"customer_name": "other"}, headers=headers)
    assert (first.status_code, other.status_code) == (200, 417)
    foreign = api.client(DESK_USER).post(URL, json={"customer_name": "mine"}, headers=headers)
    assert foreign.status_code == 403


def test_a_refused_request_may_be_tried_again(api: Api) -> None:
    headers = {"idempotency-key": "second try"}
    assert api.admin.post(URL, json={}, headers=headers).status_code == 417
    assert api.admin.post(URL, json={"customer_name": "now"}, headers=headers).status_code == 200


def test_a_method_is_called_once_too(api: Api) -> None:
    sent = {"doc": {"doctype": "Bench Order", "title": "订单"}}
    answers = [
        api.admin.post("/api/method/frappe.client.insert", json=sent, headers={"idempotency-key": "m"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()


def test_at_the_same_time_only_one_does_the_work(api: Api) -> None:
    client = api.client("Administrator", **{"idempotency-key": "at once"})
    answers = client.gather(*[("POST", URL, {"customer_name": "at once"})] * 8)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["data"]["name"] for answer in answers}) == 1


def test_a_key_that_is_too_long_is_refused(api: Api) -> None:
    assert api.admin.post(URL, json={"customer_name": "x"}, headers={"idempotency-key": "k" * 141}).status_code == 417
