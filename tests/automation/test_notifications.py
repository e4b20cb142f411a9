"""Notifications in the interface: who is told of mentions, assignments and shares, and who reads what of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crm_platform.automation import inbox, log
from crm_platform.automation.telling import mentioned
from crm_platform.errors import DoesNotExistError
from support.api_site import Api
from support.automation import Desk

LOGS = "/api/method/frappe.desk.doctype.notification_log.notification_log"


@pytest.fixture
def api(desk: Desk) -> Iterator[Api]:
    made = desk.api()
    yield made
    made.runner.close()


@pytest.fixture
def clerk(desk: Desk) -> str:
    desk.site.role("Clerk")
    desk.site.insert("Custom DocPerm", parent="Request", role="Clerk", permlevel=0, read=1)
    return desk.site.user("clerk@example.com", "Clerk")


def told(desk: Desk, **filters: Any) -> list[tuple[str, str, str]]:
    desk.work()
    rows = desk.rows("Notification Log", "for_user", "type", "subject", **filters)
    return [(row["for_user"], row["type"], row["subject"]) for row in rows]


def comment(desk: Desk, name: str, content: str) -> None:
    values = {"reference_doctype": "Request", "reference_name": name, "content": content, "comment_type": "Comment"}
    desk.site.insert("Comment", **values)


@pytest.mark.parametrize(
    ("content", "users"),
    [
        ('<span class="mention" data-id="a@example.com">@A</span>', ["a@example.com"]),
        ("请看 @b@example.com，谢谢 @b@example.com", ["b@example.com"]),
        ('<span data-id="Administrator">@</span>', ["Administrator"]),
        ("write to me@example.com", []),
        ("", []),
    ],
)
def test_mentions_are_found_in_both_spellings(content: str, users: list[str]) -> None:
    assert mentioned(content) == users


def test_the_mentioned_the_assigned_and_who_it_is_shared_with_are_told(desk: Desk, clerk: str) -> None:
    name = desk.site.insert("Request", title="t").name
    comment(desk, name, f"@{clerk} @Administrator @stranger@example.com")
    desk.site.insert("ToDo", allocated_to=clerk, reference_type="Request", reference_name=name, description="d")
    desk.site.insert("DocShare", share_doctype="Request", share_name=name, user=clerk, read=1)
    assert told(desk) == [
        (clerk, "Mention", f"Administrator mentioned you in a comment on Request {name}"),
        (clerk, "Assignment", f"Administrator assigned Request {name} to you"),
        (clerk, "Share", f"Administrator shared Request {name} with you"),
    ]


def test_whoever_may_not_read_the_document_learns_nothing(desk: Desk, clerk: str) -> None:
    name = desk.site.insert("Visit", title="CANARY").name
    values = {"reference_doctype": "Visit", "reference_name": name, "content": f"@{clerk}", "comment_type": "Comment"}
    desk.site.insert("Comment", **values)
    desk.site.insert("ToDo", allocated_to=clerk, reference_type="Visit", reference_name=name, description="d")
    assert told(desk) == []


def test_everybody_reaches_the_own_notifications_only(desk: Desk, api: Api, clerk: str) -> None:
    other = desk.site.user("other@example.com", "Clerk")
    name = desk.site.insert("Request", title="t").name
    comment(desk, name, f"@{clerk} @{other}")
    comment(desk, name, f"@{clerk}")
    desk.work()
    client, stranger = desk.client(api, clerk), desk.client(api, other)
    listed = client.get(f"{LOGS}.get_notification_logs").json()["message"]["notification_logs"]
    assert [row["for_user"] for row in listed] == [clerk, clerk]
    assert listed[0]["document_name"] == name
    assert client.get("/api/method/crm.notifications.unread_count").json()["message"] == 2
    rest = client.get('/api/resource/Notification Log?fields=["for_user"]&limit=0').json()["data"]
    assert {row["for_user"] for row in rest} == {clerk}
    own = listed[0]["name"]
    assert stranger.get(f"/api/resource/Notification Log/{own}").status_code == 404
    assert stranger.post(f"{LOGS}.mark_as_read", json={"docname": own}).status_code == 404
    assert client.post(f"{LOGS}.mark_as_read", json={"docname": own}).status_code == 200
    assert client.get("/api/method/crm.notifications.unread_count").json()["message"] == 1
    assert client.post(f"{LOGS}.mark_all_as_read").status_code == 200
    assert client.get("/api/method/crm.notifications.unread_count").json()["message"] == 0
    assert stranger.get("/api/method/crm.notifications.unread_count").json()["message"] == 1
    assert api.client().get(f"{LOGS}.get_notification_logs").status_code == 403


def test_a_document_that_is_closed_later_is_told_no_more(desk: Desk, api: Api, clerk: str) -> None:
    name = desk.site.insert("Request", title="t").name
    desk.site.insert("DocShare", share_doctype="Request", share_name=name, user=clerk, read=1)
    desk.work()
    client = desk.client(api, clerk)
    rights = desk.rows("Custom DocPerm", "name", role="Clerk")[0]["name"]
    desk.site.write(lambda ctx: ctx.store.delete("Custom DocPerm", rights))
    for share in desk.rows("DocShare", "name"):
        desk.site.write(lambda ctx, share=share: ctx.store.delete("DocShare", share["name"]))
    (row,) = client.get(f"{LOGS}.get_notification_logs").json()["message"]["notification_logs"]
    assert (row["subject"], row["document_name"]) == ("This document is gone, or no longer open to you.", None)


def test_old_notifications_and_log_entries_are_cleared(each_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = each_desk
    desk.rule("Tell", "Request", "Created", {"action": "Notify", "users": "Administrator", "subject": "s"})
    for _ in range(3):
        desk.site.insert("Request", title="t")
    desk.work()
    desk.clock.go_on(days=29)
    desk.site.insert("Request", title="young")
    desk.work()
    desk.clock.go_on(days=2)
    assert desk.site.system(log.clear) == 3
    assert desk.site.system(inbox.clear) == 0
    desk.clock.go_on(days=60)
    assert desk.site.system(inbox.clear) == 3
    for _ in range(5):
        desk.site.insert("Request", title="many")
    monkeypatch.setattr(log, "MOST", 2)
    desk.site.system(log.clear)
    assert len(desk.log("name")) == 2


def test_marking_what_is_not_there_is_a_404(desk: Desk) -> None:
    with pytest.raises(DoesNotExistError):
        desk.site.write(lambda ctx: inbox.mark_read(ctx, "nothing"))
