"""Attacks on the way back in: forged links, guessing who has an account, links that live too long."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.datastructures import Headers

from crm_platform.access import reset
from crm_platform.access.accounts import Account, find_account
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError
from crm_platform.mail.letters import Letter
from support.api_site import PASSWORD
from support.post_office import ADDRESS, PostOffice
from support.post_office import post as on_both
from support.post_office import sqlite_post as post
from support.sabotage import always, defended_by, nothing, unchanged

__all__ = ["on_both", "post"]

ASK = "/api/method/frappe.core.doctype.user.user.reset_password"
CHANGE = "/api/method/frappe.core.doctype.user.user.update_password"
USER = "li.wei@example.com"
NEW = "ein neues Wort 77"


@pytest.fixture
def known(post: PostOffice) -> str:
    return with_account(post)


def with_account(post: PostOffice) -> str:
    """Somebody who may forget a password."""
    post.site.insert("User", email=USER, first_name="伟", user_type="System User", enabled=1, new_password=PASSWORD)
    return USER


def without_accents(text: str) -> str:
    """A careless normal form, which makes twins of different addresses."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip().lower()


def ask(post: PostOffice, user: str, **headers: str) -> str:
    """Ask for a link; answers the body."""
    answer = post.client().post(ASK, json={"user": user}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def links(post: PostOffice) -> list[str]:
    """The links in all mail so far."""
    post.deliver()
    texts = [message.get_body(("plain",)).get_content() for message in post.inbox.to(USER)]
    return [link for text in texts for link in re.findall(r"https?://\S+", text)]


def key_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["key"][0]


def change(post: PostOffice, key: str, password: str = NEW) -> int:
    return post.client().post(CHANGE, json={"key": key, "new_password": password}).status_code


def signs_in(post: PostOffice, password: str) -> bool:
    return post.client().post("/api/method/login", data={"usr": USER, "pwd": password}).status_code == 200


def test_a_forgotten_password_is_set_anew_and_every_session_ends(on_both: PostOffice) -> None:
    post, known = on_both, with_account(on_both)
    browser = post.client()
    assert browser.post("/api/method/login", data={"usr": known, "pwd": PASSWORD}).status_code == 200
    ask(post, known)
    (link,) = links(post)
    assert link.startswith(f"{ADDRESS}/update-password?key=")
    assert change(post, key_of(link)) == 200
    assert signs_in(post, NEW)
    assert not signs_in(post, PASSWORD)
    assert browser.get("/api/resource/User").status_code == 403


def known_only(ctx: Context, usr: str) -> Account:
    """The account of this name, and a word about it when there is none."""
    account = find_account(ctx, usr)
    if account.user is None:
        raise DoesNotExistError("There is no account {user}.", user=usr)
    return account


@defended_by("crm_platform.access.reset:count_request", replace_with=known_only)
def test_B17_nobody_learns_who_has_an_account(post: PostOffice, known: str) -> None:
    post.site.insert("User", email="off@example.com", first_name="Off", enabled=0)
    answers = {ask(post, user) for user in (known, "nobody@example.com", "off@example.com", "Guest", "' or 1=1")}
    assert len(answers) == 1
    post.deliver()
    assert {recipient for recipient, _ in post.inbox.taken} == {known}


class ByTheRequest:
    """Makes links of the host that the last request names, as it was forged."""

    def __init__(self) -> None:
        self.host = ""

    def noted(self, headers: Headers, hosts: Collection[str]) -> None:  # noqa: ARG002 the signature of check_host
        self.host = headers["host"]

    def letter(self, *, message: str, **values: Any) -> Letter:
        return Letter(message=message.replace(ADDRESS, f"https://{self.host}"), **values)


careless = ByTheRequest()


@defended_by("crm_platform.api.routing:check_host", replace_with=careless.noted)
@defended_by("crm_platform.api.reset_methods:Letter", replace_with=careless.letter)
@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "Forwarded", "Origin"])
def test_G01_a_forged_host_is_in_no_link(post: PostOffice, name: str) -> None:
    values = {"email": USER, "first_name": "伟", "user_type": "System User", "enabled": 1}
    post.site.insert("User", **values, new_password=PASSWORD)
    value = "host=evil.example" if name == "Forwarded" else "evil.example"
    answer = post.client().post(ASK, json={"user": USER}, headers={name: value})
    assert "evil" not in answer.text
    assert all(link.startswith(ADDRESS) for link in links(post))
    assert "evil" not in "".join(message.as_string() for _, message in post.inbox.taken)


@defended_by("crm_platform.access.accounts:normalise", replace_with=without_accents)
def test_G02_a_look_alike_address_gets_no_link(post: PostOffice, known: str) -> None:
    for alike in ("lı.wei@example.com", "li.wei@exämple.com", "li.weì@example.com", "li.wei@example.com.evil.org"):
        ask(post, alike)
    assert links(post) == []
    ask(post, " LI.WEI@EXAMPLE.COM ")
    post.deliver()
    assert [recipient for recipient, _ in post.inbox.taken] == [known]


@defended_by("crm_platform.access.reset:drop_secret", replace_with=nothing)
@defended_by("crm_platform.access.reset:_changed", replace_with=always(""))
def test_G03_a_link_is_good_once(on_both: PostOffice) -> None:
    post, known = on_both, with_account(on_both)
    ask(post, known)
    key = key_of(links(post)[0])
    assert change(post, key) == 200
    assert change(post, key, "noch ein anderes 88") == 410
    assert signs_in(post, NEW)


@defended_by("crm_platform.access.reset:_changed", replace_with=always(""))
def test_G03_a_link_does_not_outlive_a_change_of_the_password(post: PostOffice, known: str) -> None:
    ask(post, known)
    key = key_of(links(post)[0])
    post.clock.go_on(seconds=1)
    post.site.update("User", known, new_password="schon geändert 99")
    assert change(post, key) == 410


@defended_by("crm_platform.access.reset:_enabled", replace_with=always({"enabled": 1}))
def test_G03_a_link_does_not_outlive_the_account(post: PostOffice, known: str) -> None:
    ask(post, known)
    key = key_of(links(post)[0])
    post.site.update("User", known, enabled=0)
    assert change(post, key) == 410


@defended_by("crm_platform.access.reset:GOOD_FOR", replace_with=timedelta(days=9))
def test_G03_a_link_is_good_for_an_hour_and_void_when_there_is_a_newer_one(post: PostOffice, known: str) -> None:
    ask(post, known)
    first = key_of(links(post)[0])
    ask(post, known)
    second = key_of(links(post)[1])
    assert change(post, first) == 410
    post.clock.go_on(hours=1)
    assert change(post, second) == 410
    assert signs_in(post, PASSWORD)


def read_trustingly(ctx: Context, key: str) -> tuple[str, str]:
    """A key as if nobody but us made any."""
    _, user, secret = json.loads(ctx.runtime.cipher.decrypt(key))
    return user, secret


@defended_by("crm_platform.access.reset:_read", replace_with=read_trustingly)
@pytest.mark.parametrize("key", ["x", "gAAAAABm", "😀", "a" * 5000])
def test_G03_a_made_up_key_opens_nothing(post: PostOffice, key: str) -> None:
    assert change(post, key) == 410
    assert post.client().post(CHANGE, json={"new_password": NEW}).status_code == 403


def test_a_weak_password_is_refused_and_the_link_stays_good(post: PostOffice, known: str) -> None:
    ask(post, known)
    key = key_of(links(post)[0])
    assert change(post, key, "123") == 417
    assert change(post, key) == 200


@defended_by("crm_platform.access.reset:count_against", replace_with=nothing)
def test_G07_links_are_not_asked_for_without_end(post: PostOffice, known: str) -> None:
    for user in (known, "nobody@example.com"):
        codes = [post.client().post(ASK, json={"user": user}).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
    post.clock.go_on(hours=1)
    ask(post, known)


@defended_by("crm_platform.access.reset:_hash", replace_with=unchanged)
def test_B13_the_link_is_nowhere_but_in_the_mail(post: PostOffice, known: str) -> None:
    ask(post, known)
    post.site.update("Email Account", "客服", smtp_port=1)
    post.deliver()
    queue = post.client("Administrator").get('/api/resource/Email Queue?fields=["*"]').json()["data"]
    assert "key=" not in str(queue)
    whole = post.client("Administrator").get(f"/api/resource/Email Queue/{queue[0]['name']}").text
    assert "key=" not in whole
    post.site.update("Email Account", "客服", smtp_port=post.inbox.port)
    post.clock.go_on(minutes=1)
    (link,) = links(post)
    secret = json.loads(post.site.site.runtime.cipher.decrypt(key_of(link)))[2]
    rows = post.site.system(lambda ctx: [reset.get_secret(ctx, known, reset.KIND)])
    assert rows[0] is not None
    assert secret not in rows[0]
    assert post.timeline("User", known) == []
