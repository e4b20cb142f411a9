"""Signing in and out in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import Complaints

pytestmark = pytest.mark.e2e


def enter(page: Page, password: str) -> None:
    page.get_by_label("E-mail or user name").fill("Administrator")
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_stranger_signs_in_and_comes_where_he_wanted_to_go(stranger: Page) -> None:
    stranger.goto("/app/customer")
    expect(stranger.get_by_role("heading", name="Sign in to")).to_be_visible()
    enter(stranger, "admin")
    stranger.wait_for_url("**/app/customer")
    expect(stranger.get_by_role("heading", name="Customer")).to_be_visible()
    stranger.get_by_role("button", name="Menu of Administrator").click()
    stranger.get_by_role("menuitem", name="Sign out").click()
    stranger.wait_for_url("**/login")


def test_a_wrong_password_is_told_and_the_user_name_stays(stranger: Page, complaints: Complaints) -> None:
    complaints.expect("401")
    stranger.goto("/login")
    enter(stranger, "wrong")
    expect(stranger.get_by_role("alert")).to_have_text("Invalid login credentials")
    expect(stranger.get_by_label("E-mail or user name")).to_have_value("Administrator")
