"""Signing in and out in a real browser."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Page, expect

from support.browser import Complaints
from support.served import create
from support.shop import Shop

pytestmark = pytest.mark.e2e

CAUTIOUS, PASSWORD = "qian@example.com", "a long enough 密码 7"
FACTOR = "/api/method/crm.access."


def enter(page: Page, password: str, user: str = "Administrator") -> None:
    page.get_by_label("E-mail or user name").fill(user)
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


@pytest.fixture(scope="module")
def recovery(shop: Shop) -> list[str]:
    """Recovery codes of somebody with a second factor."""
    with shop.served.client() as admin:
        create(admin, "User", email=CAUTIOUS, first_name="钱", new_password=PASSWORD, roles=[{"role": "Sales User"}])
    with shop.served.client(CAUTIOUS, PASSWORD) as client:
        secret = client.post(FACTOR + "begin_totp", json={}).json()["message"]["secret"]
        code = pyotp.TOTP(secret).now()
        confirmed = client.post(FACTOR + "confirm_totp", json={"code": code}).json()["message"]
        return list(confirmed["recovery_codes"])


def test_a_second_factor_is_asked_for_and_a_recovery_code_serves_whoever_lost_the_app(
    stranger: Page, recovery: list[str], complaints: Complaints
) -> None:
    complaints.expect("401")
    stranger.goto("/login")
    enter(stranger, PASSWORD, CAUTIOUS)
    code = stranger.get_by_role("textbox", name="Code from your authenticator app", exact=True)
    expect(code).to_be_focused()
    code.fill("00000000")
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_role("alert")).to_be_visible()
    stranger.get_by_role("button", name="Use a recovery code", exact=True).click()
    spare = stranger.get_by_role("textbox", name="Recovery code", exact=True)
    expect(spare).to_be_focused()
    stranger.keyboard.type(recovery[0])
    expect(spare).to_have_value(recovery[0])
    stranger.keyboard.press("Enter")
    stranger.wait_for_url("**/app")
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("钱")
