"""Which language a request gets: its own wish, then the browser's, by weight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.api.language import wishes
from support.api_site import Api


@pytest.mark.parametrize(
    ("wish", "accept", "tags"),
    [
        ("", "", []),
        ("zh", "en", ["zh", "en"]),
        ("", "fr;q=0.3, zh-CN, en;q=0.8", ["zh-CN", "en", "fr"]),
        ("", "en;q=0, zh;q=1", ["zh"]),
        ("", "en;q=x, zh", ["zh"]),
    ],
)
def test_wishes_are_in_order(wish: str, accept: str, tags: list[str]) -> None:
    assert wishes(wish, accept) == tags


@given(st.text())
def test_any_header_is_read(accept: str) -> None:
    assert len(wishes("", accept)) <= 10


@pytest.mark.parametrize(
    ("headers", "query", "language"),
    [({}, "", "en"), ({"accept-language": "zh-TW, zh-CN;q=0.9"}, "", "zh"), ({}, "?_lang=zh-CN", "zh")],
)
def test_an_answer_is_in_that_language(api: Api, headers: dict[str, str], query: str, language: str) -> None:
    boot = api.client(**headers).get(f"/api/method/crm.desk.boot{query}").json()["message"]
    assert boot["language"] == language


def test_a_users_own_language_goes_before_the_browsers_and_a_wish_before_both(api: Api) -> None:
    api.make_user("chinese@example.com", "Bench Role")
    api.admin.put("/api/resource/User/chinese@example.com", json={"language": "zh"})
    client = api.client("chinese@example.com", **{"accept-language": "en"})
    assert client.get("/api/method/crm.desk.boot").json()["message"]["language"] == "zh"
    assert client.get("/api/method/crm.desk.boot?_lang=en").json()["message"]["language"] == "en"
