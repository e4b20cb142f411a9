"""Trying an Email Account out: what its servers say, without sending or fetching anything."""

from __future__ import annotations

from support.post_office import PostOffice

METHOD = "/api/method/crm.mail.test_connection"


def test_a_server_that_answers_and_one_that_does_not_are_told(sqlite_post: PostOffice) -> None:
    post = sqlite_post
    client = post.client("Administrator")
    sound = client.post(METHOD, json={"name": "客服"}).json()["message"]
    assert (sound["ok"], sound["message"]) == (True, "The outgoing server answers and takes the sign-in.")
    assert post.inbox.taken == []
    post.site.update("Email Account", "客服", use_tls=1)
    unable = client.post(METHOD, json={"name": "客服", "_lang": "zh"}).json()["message"]
    assert unable["ok"] is False
    assert "127.0.0.1" in unable["message"]
    post.site.update("Email Account", "客服", enable_outgoing=0)
    assert client.post(METHOD, json={"name": "客服"}).json()["message"]["ok"] is False
    post.site.user("ann@example.com")
    refused = post.client("ann@example.com").post(METHOD, json={"name": "客服"})
    assert refused.status_code == 403
    assert "127.0.0.1" not in refused.text
