"""Error bodies, from the errors alone: every class of the tree has a shape that clients can read."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from crm_platform import errors
from crm_platform.api.errors import v1_body, v2_body
from crm_platform.errors import CRMError, FieldError


def all_kinds(kind: type[CRMError] = CRMError) -> Iterator[type[CRMError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from all_kinds(below)


TREE = [kind for kind in all_kinds() if kind.__module__ == errors.__name__]


def chinese(text: str) -> str:
    return {"Only {name} may.": "只有 {name} 可以。", "Message": "消息"}.get(text, text)


def plain(text: str) -> str:
    return text


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_kind_of_error_has_a_body(kind: type[CRMError]) -> None:
    body = v1_body(kind("It failed."), plain)
    assert body["exc_type"] in (kind.__name__, "PermissionError")
    messages = [orjson.loads(text) for text in orjson.loads(body["_server_messages"])]
    assert [message["message"] for message in messages] == ["It failed."]
    if kind.status == 404:
        assert not {"exc", "exception"} & body.keys()
    else:
        assert orjson.loads(body["exc"]) == [f"{body['exc_type']}: It failed."]
    assert v2_body(kind("It failed."), plain)["errors"][0]["message"] == "It failed."


def test_workflow_errors_live_where_frappe_has_them() -> None:
    body = v1_body(errors.WorkflowTransitionError("No."), plain)
    assert body["exception"] == "frappe.model.workflow.WorkflowTransitionError: No."


def test_an_expired_session_says_so() -> None:
    body = v1_body(errors.SessionExpiredError("Sign in again."), plain)
    assert (body["exc_type"], body["session_expired"]) == ("PermissionError", 1)


def test_messages_are_translated_and_html_is_not_let_through() -> None:
    fault = FieldError("title", "Only {name} may.", table="rows", row=2, params={"name": "<b>王</b>"})
    body = v1_body(errors.ValidationError("Only {name} may.", errors=[fault], name="<b>王</b>"), chinese)
    (message,) = (orjson.loads(text) for text in orjson.loads(body["_server_messages"]))
    assert message["message"] == "只有 &lt;b&gt;王&lt;/b&gt; 可以。"
    assert message["title"] == "消息"
    assert body["errors"] == [
        {"field": "title", "table": "rows", "row": 2, "code": "ValidationError", "message": "只有 <b>王</b> 可以。"}
    ]
