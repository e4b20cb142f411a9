"""Webhooks against a real HTTP server: signed, in order, tried again, with what their user may read, never inside."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from crm_platform.documents.context import Context
from crm_platform.errors import (
    AddressNotAllowedError,
    DoesNotExistError,
    PermissionError,
    ValidationError,
)
from crm_platform.webhooks import delivery
from crm_platform.webhooks.calls import LINE, PAUSES
from crm_platform.webhooks.resending import resend
from support.calls import SECRET, Calls
from support.receiver import Received
from support.sabotage import always, defended_by, no, yes


def test_an_event_calls_the_receiver_after_the_commit(calls: Calls) -> None:
    calls.hook("after_insert")
    name = calls.case(amount=12.5)
    assert calls.receiver.received == []
    calls.work()
    (request,) = calls.receiver.received
    body = json.loads(request.body)
    assert (request.method, body["doctype"], body["name"]) == ("POST", "Case", name)
    assert (body["title"], body["amount"]) == ("退货", 12.5)
    assert request.headers["content-type"] == "application/json"
    (row,) = calls.log()
    assert (row["event"], row["status"], row["response_status"], row["response"]) == (
        *("after_insert", "Delivered", 200),
        "ok",
    )
    assert request.headers["webhook-id"] == f"msg_{row['name']}"


def test_X06_no_call_is_made_for_what_was_rolled_back(calls: Calls) -> None:
    calls.hook("on_update")

    def cause(ctx: Context) -> None:
        ctx.store.insert(ctx.store.new("Case", {"title": "never"}))
        raise ValidationError("No.")

    with pytest.raises(ValidationError):
        calls.site.write(cause)
    calls.work()
    assert calls.receiver.received == calls.log() == []


@pytest.mark.parametrize(
    ("event", "bodies"), [("on_submit", 1), ("on_cancel", 1), ("on_trash", 1), ("after_insert", 1), ("on_update", 2)]
)
def test_each_event_is_heard(sqlite_calls: Calls, event: str, bodies: int) -> None:
    sqlite_calls.hook(event)
    name = sqlite_calls.case()
    sqlite_calls.site.write(lambda ctx: ctx.store.submit("Case", name))
    sqlite_calls.site.write(lambda ctx: ctx.store.cancel("Case", name))
    sqlite_calls.site.write(lambda ctx: ctx.store.delete("Case", name))
    sqlite_calls.work()
    assert [json.loads(body)["name"] for body in sqlite_calls.bodies()] == [name] * bodies


def test_a_condition_decides_and_a_switched_off_webhook_is_silent(calls: Calls) -> None:
    calls.hook("after_insert", condition="doc.amount > 10")
    off = calls.hook("after_insert", condition="doc.amount < 10")
    calls.site.update("Webhook", off, enabled=0)
    calls.case("klein", amount=1)
    calls.case("groß", amount=11)
    calls.work()
    assert [json.loads(body)["title"] for body in calls.bodies()] == ["groß"]


@defended_by("crm_platform.webhooks.requests:_signatures", replace_with=always({}))
def test_E09_a_call_is_signed_and_an_altered_or_old_one_is_told(calls: Calls) -> None:
    calls.hook("after_insert", enable_security=1, webhook_secret=SECRET)
    calls.case()
    calls.work()
    (request,) = calls.receiver.received
    stamp = int(request.headers["webhook-timestamp"])
    assert stamp == int(calls.clock.now.timestamp())
    signer = Webhook(SECRET)
    expected = signer.sign(request.headers["webhook-id"], calls.clock.now, request.body.decode())
    assert request.headers["webhook-signature"] == expected
    assert signer.sign(request.headers["webhook-id"], calls.clock.now, request.body.decode() + " ") != expected
    with pytest.raises(WebhookVerificationError, match="too"):
        signer.verify(request.body, request.headers)
    own = base64.b64encode(hmac.new(SECRET.encode(), request.body, hashlib.sha256).digest()).decode()
    assert request.headers["x-frappe-webhook-signature"] == own


@defended_by("crm_platform.jobs.line:Line._has_older", replace_with=no)
def test_X34_a_receiver_down_for_a_day_loses_nothing_and_keeps_the_order(calls: Calls) -> None:
    calls.hook("on_update", enable_security=1, webhook_secret="我的秘密")
    calls.receiver.answer = 503
    name = calls.case("1")
    calls.work()
    for title in ("2", "3"):
        calls.clock.go_on(seconds=1)
        calls.site.update("Case", name, title=title)
    for _ in range(8):
        calls.work()
        calls.clock.go_on(hours=3)
    assert {row["status"] for row in calls.log()} == {"Queued"}
    tried = {request.headers["webhook-id"] for request in calls.receiver.received}
    assert len(tried) == 1, "Those behind wait for the first."
    calls.receiver.received.clear()
    calls.receiver.answer = 200
    calls.clock.go_on(hours=10)
    calls.work()
    assert [json.loads(body)["title"] for body in calls.bodies()] == ["1", "2", "3"]
    assert calls.receiver.received[0].headers["webhook-id"] in tried, "The same call has the same id."
    assert {row["status"] for row in calls.log()} == {"Delivered"}


@defended_by("crm_platform.jobs.line:Line.may_try_again", replace_with=yes)
def test_X34_what_is_never_taken_is_given_up_visibly(calls: Calls) -> None:
    calls.hook("after_insert")
    calls.receiver.answer = 500
    calls.case()
    for pause in (0, *PAUSES):
        calls.clock.go_on(seconds=pause)
        calls.work()
    (row,) = calls.log()
    assert (row["status"], row["retry"], row["response_status"]) == ("Failed", len(PAUSES) + 1, 500)
    assert len(calls.receiver.received) == len(PAUSES) + 1
    assert len({request.headers["webhook-id"] for request in calls.receiver.received}) == 1


def test_a_receiver_that_is_gone_is_not_asked_again(sqlite_calls: Calls) -> None:
    sqlite_calls.hook("after_insert")
    sqlite_calls.receiver.answer = 410
    sqlite_calls.case()
    sqlite_calls.work()
    assert [row["status"] for row in sqlite_calls.log()] == ["Failed"]


class Killed(BaseException):
    """The process ends here."""


@defended_by("crm_platform.webhooks.delivery:LINE", replace_with=replace(LINE, lease=LINE.lease * 1000))
def test_X06_a_sender_killed_after_the_call_makes_it_again_under_the_same_id(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise Killed

    calls.hook("after_insert")
    calls.case()
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(delivery, "settle", killed)
        calls.work()
    calls.clock.go_on(seconds=LINE.lease.total_seconds() + 3600)
    calls.work()
    first, second = calls.receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert [row["status"] for row in calls.log()] == ["Delivered"]


@defended_by("crm_platform.documents.wire:hidden_fields", replace_with=always(frozenset()))
def test_B18_a_call_carries_what_its_user_may_read_and_nothing_else(calls: Calls) -> None:
    calls.site.user("reader@example.com", "Cases")
    calls.site.user("stranger@example.com")
    calls.hook("after_insert", run_as="reader@example.com")
    chosen = [{"fieldname": "secret", "key": "s"}, {"fieldname": "title", "key": "t"}]
    calls.hook("after_insert", run_as="reader@example.com", webhook_data=chosen)
    template = json.dumps({"all": "{{ doc.title }} {{ doc.secret or '' }} {{ doc.password or '' }}"})
    calls.hook("after_insert", run_as="reader@example.com", webhook_json=template)
    calls.hook("after_insert", run_as="stranger@example.com")
    calls.case(secret="KANARI-1", password="KANARI-2")
    calls.work()
    assert len(calls.receiver.received) == 3, "For who may not read the document there is no call."
    everything = b"".join(calls.bodies()).decode() + json.dumps(calls.log())
    assert "KANARI" not in everything
    assert b'{"s":null,"t":"\xe9\x80\x80\xe8\xb4\xa7"}' in calls.bodies()


def test_the_author_of_a_webhook_is_its_reader_and_reads_by_level(calls: Calls) -> None:
    calls.hook("after_insert")
    calls.case(secret="offen", password="KANARI-2")
    calls.work()
    body = json.loads(calls.bodies()[0])
    assert body["secret"] == "offen"
    assert "KANARI" not in json.dumps(body)


@defended_by("crm_platform.webhooks.checks:_reader", replace_with=always(()))
def test_C17_nobody_reads_with_the_rights_of_another_by_a_webhook(calls: Calls) -> None:
    manager = calls.site.user("manager@example.com", "System Manager")
    with pytest.raises(ValidationError) as refused:
        calls.hook("after_insert", manager, run_as="Administrator")
    assert [fault.field for fault in refused.value.errors] == ["run_as"]
    foreign = calls.hook("after_insert")
    with pytest.raises(ValidationError):
        calls.site.update("Webhook", foreign, manager, request_url=calls.receiver.url + "/mine")
    calls.site.update("Webhook", foreign, manager, enabled=0)
    own = calls.hook("after_insert", manager)
    assert calls.site.get("Webhook", own)["run_as"] == manager
    calls.site.user("desk@example.com", "Cases")
    with pytest.raises(PermissionError):
        calls.hook("after_insert", "desk@example.com")


def test_C15_a_disabled_user_s_webhook_makes_no_call(calls: Calls) -> None:
    reader = calls.site.user("reader@example.com", "Cases")
    calls.hook("after_insert", run_as=reader)
    calls.site.update("User", reader, enabled=0)
    calls.case()
    calls.work()
    assert calls.receiver.received == []
    assert [(row["status"], "disabled" in row["error"]) for row in calls.log()] == [("Failed", True)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"request_url": "ftp://example.com"}, "request_url"),
        ({"request_url": "http://10.0.0.1/"}, "request_url"),
        ({"request_url": "http://[::ffff:127.0.0.1]/"}, "request_url"),
        ({"condition": "__import__('os')"}, "condition"),
        ({"webhook_headers": [{"key": "X\r\nY", "value": "1"}]}, "key"),
        ({"webhook_headers": [{"key": "X", "value": "1\r\nY: 2"}]}, "key"),
        ({"webhook_headers": [{"key": "Host", "value": "evil.example"}]}, "key"),
        ({"webhook_headers": [{"key": "Webhook-Signature", "value": "v1,x"}]}, "key"),
        ({"webhook_data": [{"fieldname": "nothing", "key": "n"}]}, "fieldname"),
        ({"webhook_json": '{"a": {{ doc.title }}}'}, "webhook_json"),
        ({"webhook_json": "[]"}, "webhook_json"),
        ({"enable_security": 1}, "webhook_secret"),
        ({"enable_security": 1, "webhook_secret": "whsec_"}, "webhook_secret"),
        ({"enable_security": 1, "webhook_secret": "whsec_my secret!"}, "webhook_secret"),
        ({"timeout": 31}, "timeout"),
        ({"webhook_doctype": "Webhook Request Log"}, "webhook_doctype"),
        ({"request_method": "GET"}, "request_method"),
    ],
)
def test_a_webhook_with_a_mistake_is_refused_with_its_place(
    sqlite_calls: Calls, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        sqlite_calls.hook("after_insert", **values)
    assert field in [fault.field for fault in refused.value.errors], refused.value


@defended_by("crm_platform.outbound.addresses:is_open", replace_with=yes)
def test_E03_a_name_that_leads_inside_gets_no_call_and_the_log_says_so(sqlite_calls: Calls) -> None:
    inside = f"http://ip6-localhost-or-what.invalid:{sqlite_calls.receiver.port}/"
    sqlite_calls.hook("after_insert", request_url=inside)
    sqlite_calls.hook("after_insert", request_url=f"http://localhost.localdomain:{sqlite_calls.receiver.port}/")
    with pytest.raises(AddressNotAllowedError):
        sqlite_calls.hook("after_insert", request_url=f"http://127.0.0.2:{sqlite_calls.receiver.port}/")
    sqlite_calls.case()
    sqlite_calls.work()
    assert sqlite_calls.receiver.received == []
    assert all(row["error"] for row in sqlite_calls.log())


@defended_by("crm_platform.webhooks.delivery:REDACTED", replace_with="Bearer KANARI-3")
def test_E08_secrets_are_in_no_log(sqlite_calls: Calls) -> None:
    header = [{"key": "Authorization", "value": "Bearer KANARI-3"}]
    sqlite_calls.hook("after_insert", webhook_headers=header, enable_security=1, webhook_secret="KANARI-4")
    sqlite_calls.case()
    sqlite_calls.work()
    assert sqlite_calls.receiver.received[0].headers["authorization"] == "Bearer KANARI-3"
    assert "KANARI" not in json.dumps(sqlite_calls.log())


def test_a_form_and_a_template_are_sent_as_they_are_asked_for(sqlite_calls: Calls) -> None:
    data = [{"fieldname": "title", "key": "标题"}, {"fieldname": "amount", "key": "amount"}]
    sqlite_calls.hook("after_insert", webhook_data=data, request_structure="Form URL-Encoded", request_method="PUT")
    body = {"text": 'Fall "{{ doc.title }}" <{{ name }}>', "deep": [{"n": 5, "t": "{{ doc.amount }}"}]}
    sqlite_calls.hook("after_insert", webhook_json=json.dumps(body))
    name = sqlite_calls.case("A & B", amount=2)
    sqlite_calls.work()
    form, templated = sqlite_calls.receiver.received
    assert (form.method, form.headers["content-type"]) == ("PUT", "application/x-www-form-urlencoded")
    assert form.body == b"%E6%A0%87%E9%A2%98=A+%26+B&amount=2.0"
    found = json.loads(templated.body)
    assert found["text"] == f'Fall "A & B" <{name}>'
    assert found["deep"][0]["n"] == 5


def test_D01_a_template_that_reaches_out_makes_no_call(sqlite_calls: Calls) -> None:
    sqlite_calls.hook("after_insert", webhook_json='{"a": "{{ doc.__class__ }}"}')
    sqlite_calls.case()
    sqlite_calls.work()
    assert sqlite_calls.receiver.received == []
    assert [row["status"] for row in sqlite_calls.log()] == ["Failed"]


def test_a_slow_receiver_does_not_hold_up_saving(sqlite_calls: Calls) -> None:
    def never(handler: BaseHTTPRequestHandler) -> None:
        sqlite_calls.case("while it hangs")
        handler.send_response(200)
        handler.end_headers()

    sqlite_calls.hook("after_insert", condition="doc.title == 'first'")
    sqlite_calls.receiver.answer = never
    sqlite_calls.case("first")
    sqlite_calls.work()
    assert sqlite_calls.site.read(lambda ctx: ctx.store.count("Case")) == 2
    assert [row["status"] for row in sqlite_calls.log()] == ["Delivered"]


def test_a_rule_may_call_a_webhook_by_name(calls: Calls) -> None:
    name = calls.hook("on_trash")
    case = calls.case()
    hooks = calls.site.site.webhooks
    calls.site.write(lambda ctx: hooks.call(ctx, name, ctx.store.get("Case", case)))
    with pytest.raises(DoesNotExistError):
        calls.site.write(lambda ctx: hooks.call(ctx, "HOOK-9999", ctx.store.get("Case", case)))
    calls.work()
    assert [row["event"] for row in calls.log()] == ["manual"]
    assert len(calls.receiver.received) == 1


def test_a_call_that_is_sent_again_by_hand_has_its_first_id_and_body(sqlite_calls: Calls) -> None:
    sqlite_calls.hook("after_insert")
    sqlite_calls.case(amount=7)
    sqlite_calls.work()
    (row,) = sqlite_calls.log()
    sqlite_calls.site.write(lambda ctx: resend(ctx, row["name"]))
    sqlite_calls.work()
    first, second = sqlite_calls.receiver.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert [row["status"] for row in sqlite_calls.log()] == ["Delivered"]


def signature(secret: str, call: Received) -> str:
    """What a receiver works out by itself, as docs/how-to/webhooks.md tells it."""
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def test_a_new_secret_signs_from_the_next_attempt_on(calls: Calls) -> None:
    other = "whsec_" + base64.b64encode(b"another secret, of the same kind").decode()
    hook = calls.hook("after_insert", enable_security=1, webhook_secret=SECRET)
    calls.receiver.answer = 500
    calls.case()
    calls.work()
    calls.site.update("Webhook", hook, webhook_secret=other)
    calls.receiver.answer = 200
    calls.clock.go_on(seconds=PAUSES[0])
    calls.work()
    first, second = calls.receiver.received
    assert (first.headers["webhook-signature"], second.headers["webhook-signature"]) == (
        signature(SECRET, first),
        signature(other, second),
    )
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_secret_that_was_saved_past_the_check_fails_visibly(sqlite_calls: Calls) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crm_platform.webhooks.checks.is_secret", lambda _: True)
        sqlite_calls.hook("after_insert", enable_security=1, webhook_secret="whsec_###")
    sqlite_calls.case()
    sqlite_calls.work()
    (row,) = sqlite_calls.log()
    assert (row["status"], row["error"][:32]) == ("Failed", "No call can be signed with this ")
    assert sqlite_calls.receiver.received == []


def test_an_answer_that_no_database_keeps_is_noted_all_the_same(calls: Calls) -> None:
    calls.receiver.answer, calls.receiver.body = 500, b"bad\0 \xff answer"
    calls.hook("after_insert")
    calls.case()
    calls.work()
    (row,) = calls.log()
    assert (row["status"], row["response"]) == ("Queued", "bad? \ufffd answer")
